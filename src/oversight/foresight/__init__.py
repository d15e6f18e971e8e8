"""Looking ahead: what a sanction costs in later periods."""
