"""Any routine of guided stretching, for property tests."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.content import Paragraph, Routine, RoutineStep, Side


def routines(*, steps: int, hold: int, rest: int, repetitions: int) -> SearchStrategy[Routine]:
    """Return routines of up to so many steps, seconds of a hold and of a rest (from 5 on), and repetitions."""
    any_step = st.builds(
        RoutineStep,
        stretch=st.just("foot"),
        side=st.sampled_from(Side),
        hold=st.integers(5, hold),
        rest=st.integers(5, rest),
        repetitions=st.integers(1, repetitions),
    )
    return st.lists(any_step, min_size=1, max_size=steps).map(
        lambda sequence: Routine(name="Any", button="Any", about=Paragraph(text="Any."), sequence=tuple(sequence))
    )
