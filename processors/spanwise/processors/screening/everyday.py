"""Words that every prompt and every answer has: that two texts share them says nothing."""

from __future__ import annotations

from typing import Final

__all__ = ["EVERYDAY"]

EVERYDAY: Final = """
about above after again against also although always answer anyone anything asked asks assistant because been before
being below best both cannot chatgpt could description does doing done dont each either else even every everything
example first from gets give given gives good guidelines have help helpful here hers include information instruction
instructions into just keep kind know known last least less like list make many means mention message might model more
most much must need never next nothing offer often once only openai order other others over people please prompt provide
question questions reply respond response rules same says shall should show since some somebody someone something speak
still such sure system take talk tell than that their them then there these they thing things this those through till
time title today told under until upon user users using very want ways well were what when where whether which while
will with within without word words work would write your yours
aber alle alles auch dass dein deine dich eine einem einen einer haben ihre ihren immer kann keine keinen mehr nach
nicht noch oder sehr sein sich sind wenn werden wird
como cuando desde donde esta este estos hasta muy para pero puede pueden sobre todo todos
avec cette dans elle leur mais nous plus pour sont tous tout vous
"""
"""Of four letters and more, folded; English first, then German, Spanish and French."""
