"""How findings are told: to people, to scripts, to code scanning and to CI servers."""
