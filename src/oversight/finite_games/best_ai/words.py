"""What the measures of a market are called."""

from __future__ import annotations

from oversight.measures import Words

_UTILITY = "utility"
_NO_BOUND = "it holds for a user who knows what providers are worth and does as the best says, and who sees the state"

MEASURES: dict[str, Words] = {
    "regret": Words("Regret", _UTILITY, "What the user has less than an aligned provider would give it.", least=0),
    "user_utility": Words("User's utility", _UTILITY, "What the user has.", more_is_better=True),
    "user_loss": Words("Regret and cost", _UTILITY, "Regret, with what providers and audits cost.", least=0),
    "market_cost": Words("Cost of the market", _UTILITY, "What providers and audits cost in a round.", least=0),
    "provider_utility": Words("Providers' utility", _UTILITY, "Mean over providers, custom and fines included."),
    "most_chosen": Words(
        "Share of the largest",
        "% of rounds",
        "Chance of the provider that is chosen most.",
        percent=True,
        least=0,
        most=1,
    ),
    "winners_curse": Words("Winner's curse", _UTILITY, "By how much the user overrates the provider that it takes."),
    "choice_loss": Words(
        "Lost by choosing", _UTILITY, "What the user loses against the best choice of what there is.", least=0
    ),
    "fined": Words(
        "Fines", "% of rounds", "Rounds in which the chosen provider is fined.", percent=True, least=0, most=1
    ),
    "settled": Words(
        "Settled", "% of rounds", "Rounds in which no provider changed its rule.", percent=True, least=0, most=1
    ),
    "least_regret": Words("Least regret of an equilibrium", _UTILITY, "In this run's game.", least=0),
    "largest_regret": Words(
        "Largest regret of an equilibrium",
        _UTILITY,
        "In this run's game: no regret is an equilibrium as well.",
        least=0,
    ),
    "distance": Words(
        "Distance from the hull",
        _UTILITY,
        "From the user to the nearest mix of providers, whose weights add up to 1.",
        least=0,
    ),
    "cone_distance": Words("Distance from the cone", _UTILITY, "The same with weights of any sum.", least=0),
    "single_distance": Words("Distance of the best provider", _UTILITY, "The same of one provider alone.", least=0),
    "bound": Words(
        "Bound of regret",
        _UTILITY,
        "Twice the distance from the hull; equilibria lie within.",
        missing=_NO_BOUND,
        least=0,
    ),
    "choice_bound": Words(
        "Bound of what is lost by choosing",
        _UTILITY,
        "ln(actions) or ln(providers), over the precision.",
        missing="it is of `quantal` and `logit` choices",
        least=0,
    ),
}

FACTS: dict[str, Words] = {
    "optimum": Words("User's optimum", _UTILITY, "What an aligned provider is worth."),
    "profiles": Words("Pure equilibria", "profiles", "Empty where there are too many profiles to look at each."),
    "price_of_anarchy": Words("Price of anarchy", "", "The optimum over the user's utility in the worst equilibrium."),
    "price_of_stability": Words("Price of stability", "", "The same in the best."),
    **{name: MEASURES[name] for name in ("distance", "cone_distance", "single_distance", "bound", "choice_bound")},
}
