"""What options hold: read here, so that a wrong one gets one clear line."""

import click


def parameters(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE`, each name once.

    Raises:
        click.BadParameter: Something else.
    """
    return _pairs(context, option, given, "Stage=prod")


def path_parameters(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """`name=value`, each name once, for what stands in braces in a path.

    Raises:
        click.BadParameter: Something else, or a value that is empty: such a path leads elsewhere.
    """
    read = _pairs(context, option, given, "id=7")
    for name, value in read.items():
        if not value:
            raise click.BadParameter(f"{name} is empty; write {name}=VALUE, such as id=7", context, option)
    return read


def _pairs(context: click.Context, option: click.Parameter, given: tuple[str, ...], example: str) -> dict[str, str]:
    read: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE, such as {example}", context, option)
        if read.setdefault(name.strip(), value) != value:
            raise click.BadParameter(f"{name.strip()} is given twice, with different values", context, option)
    return read


def headers(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> list[tuple[str, str]]:
    """`name:value`; a name may come several times, as field lines do.

    Raises:
        click.BadParameter: Something else.
    """
    read: list[tuple[str, str]] = []
    for line in given:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            example = "content-type:application/json"
            raise click.BadParameter(f"{line!r} is not name:value, such as {example}", context, option)
        read.append((name.strip(), value.strip()))
    return read


parameter_option = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=parameters,
    help="A template parameter's value, instead of its default. Repeatable.",
)
