"""How good the answers are, how sure that is, and whether a change made them better.

`runner` asks, `report` shows; the files by what they are about:

    question sets    dataset, validation, public_sets, set_library, drafting, rated, gold
    a run            runner, examiner, context, ahead, kept_replies, runfolder, provenance,
                     summary, errors
    scores           scoring, answers, grounding, judges, retrieval, abstention, verdicts
    figures          measures, statistics, compare, ablation, published
    the report       report, panels, plots, plot_panels
    fitting          calibrate
    speed            benchmark, benchmark_parts, benchmark_adding, benchmark_engine,
                     benchmark_conditions, benchmark_synthetic
"""

from .compare import Comparison, compare
from .dataset import Question, QuestionSet, load
from .errors import EvaluationError, QuestionSetError, RunMismatch, RunNotFound
from .kept_replies import KeptReplies
from .rated import RatedSet, rated_set
from .report import write_report
from .runner import RunProgress, run
from .set_library import open_folder_library, open_set_library
from .summary import Run, load_run

__all__ = [
    "Comparison",
    "EvaluationError",
    "KeptReplies",
    "Question",
    "QuestionSet",
    "QuestionSetError",
    "RatedSet",
    "Run",
    "RunMismatch",
    "RunNotFound",
    "RunProgress",
    "compare",
    "load",
    "load_run",
    "open_folder_library",
    "open_set_library",
    "rated_set",
    "run",
    "write_report",
]
