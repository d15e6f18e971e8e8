"""Groups that value outcomes differently choose among the policies of a sweep."""
