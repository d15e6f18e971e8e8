"""`oversight solve`."""

from __future__ import annotations

import click

from oversight.cli.options import all_overrides, json_option, print_json, scenario_options
from oversight.errors import KindError


@click.command()
@scenario_options
@click.option("--sweep", "over_sweep", is_flag=True, help="Solve every design point of the sweep, not the base point.")
@json_option
def solve(
    experiment: str,
    overrides: tuple[str, ...],
    plugins: tuple[str, ...],
    unchecked: bool,
    seed: int | None,
    over_sweep: bool,
    as_json: bool,
) -> None:
    """Equilibria and price of anarchy of EXPERIMENT, without simulation.

    Of a population they are those of its large limit. With --sweep, every design point is solved.
    """
    from oversight.api import solve_once, solve_points
    from oversight.loading import load

    source = load(experiment, all_overrides(overrides, seed), plugins, unchecked)
    if over_sweep:
        points = solve_points(source)
        if as_json:
            print_json(
                {"points": [{"point": place, **shown, **s.to_data()} for place, (shown, s) in enumerate(points)]}
            )
        for shown, solution in [] if as_json else points:
            where = ", ".join(f"{path.removeprefix('param.')} = {value}" for path, value in shown.items())
            click.echo(f"\n{where or 'base point'}\n{solution}")
        faults = dict.fromkeys(solution.fault for _, solution in points if solution.fault)
        if faults:
            raise KindError("\n".join(faults))
        return
    solution = solve_once(source)
    if as_json:
        print_json({"experiment": source.experiment.name, **solution.to_data()})
        return
    click.echo(source.experiment.about)
    click.echo(str(solution))
