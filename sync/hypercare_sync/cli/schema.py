"""`schema`: the JSON Schema of a file, for editors."""

import click


@click.command(epilog="Exit codes: see hypercare-sync --help.")
@click.argument("what", type=click.Choice(["policy", "config"]))
def schema(what: str) -> None:
    """Print the JSON Schema of a policy or a config, with which an editor completes and checks it while you write.

    \b
    Examples:
      hypercare-sync schema policy > policy.schema.json
      hypercare-sync schema config > hypercare.schema.json

    Then say in the first line of your file where the schema is; editors with the YAML language server (VS Code, Neovim, Emacs
    and others) read it there:

    \b
      # yaml-language-server: $schema=./policy.schema.json

    `hypercare-sync check` finds more: an editor does not know what a policy means.
    """
    import json

    from hypercare_sync.editor_schema import config_schema, policy_schema

    click.echo(json.dumps(policy_schema() if what == "policy" else config_schema(), indent=2, ensure_ascii=False))
