"""The statements of what people correct and what a site has learned; see ``statements``."""

from sqlalchemy import and_, delete, func, select, update

from storage import tables
from storage.statements import Insert, Statements, fixed, given, table, upsert

CORRECTIONS = table(tables.CorrectionRow)
GROWTHS = table(tables.GrowthRow)


def corrections(insert: Insert) -> Statements:
    """Corrections. A decision names the very correction it is about: one that was corrected once
    more meanwhile waits again."""
    mine = CORRECTIONS.c.moment == given("moment")
    here = CORRECTIONS.c.site == given("site")
    state = CORRECTIONS.c.state
    return {
        "correction_save": upsert(insert, CORRECTIONS),
        "correction_gone": delete(CORRECTIONS).where(mine),
        "correction_decide": update(CORRECTIONS)
        .where(mine, CORRECTIONS.c.at == given("corrected"))
        .values(
            text=given("text"),
            state=given("state"),
            decided_by=given("decided_by"),
            decided_at=given("decided_at"),
        ),
        "correction": select(CORRECTIONS).where(mine),
        "corrections": select(CORRECTIONS)
        .where(here, state == given("state"))
        .order_by(CORRECTIONS.c.at, CORRECTIONS.c.moment)
        .limit(given("limit")),
        "correction_counts": select(state, func.count()).where(here).group_by(state),
        "corrections_outlived": delete(CORRECTIONS).where(
            CORRECTIONS.c.at < given("before"), state != fixed("kept")
        ),
    }


def growths(insert: Insert) -> Statements:
    """What each site has learned, and who waits for more. To ask touches nothing of what is in use,
    and to put something into use nothing of what is asked."""
    mine = GROWTHS.c.site == given("site")
    waits = and_(GROWTHS.c.asked > fixed(0), GROWTHS.c.next_at <= given("now"))
    made = ("weights", "made", "overlay", "report", "lessons", "learned")
    asked = ("asked", "asked_by", "next_at")
    return {
        "growth": select(GROWTHS).where(mine),
        "growth_marks": select(GROWTHS.c.site, GROWTHS.c.made).where(GROWTHS.c.made > fixed(0)),
        "growth_ask": upsert(insert, GROWTHS, keep=made),
        "growth_make": upsert(insert, GROWTHS, keep=asked),
        "growth_waits": select(GROWTHS.c.site).where(waits).limit(1),
        "growth_take": update(GROWTHS)
        .where(waits)
        .values(next_at=given("until"))
        .returning(GROWTHS.c.site),
        "growths_freed": update(GROWTHS).values(next_at=fixed(0)),
        "growth_answered": update(GROWTHS)
        .where(mine, GROWTHS.c.asked == given("was_asked"))
        .values(asked=fixed(0)),
    }
