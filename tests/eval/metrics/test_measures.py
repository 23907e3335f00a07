"""Every measure, with expected values as arithmetic or from a published example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.eval.metrics import (
    BY_NAME,
    MEASURES,
    LexicalJudge,
    ModelJudge,
    abstention,
    format_value,
    retrieval,
    score_rows,
)
from sourcebook.eval.metrics.grounding import (
    CitedSentence,
    citation_precision,
    citation_recall,
    gold_sentence_f1,
)
from sourcebook.eval.questions import GoldSpan, ranks
from sourcebook.eval.questions import answer_match as answers
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

# --- retrieval ----------------------------------------------------------------------------------


def test_hit_recall_and_reciprocal_rank_read_the_ranks() -> None:
    gold_ranks = [2, None, 7]
    assert retrieval.hit_at(gold_ranks, 1) == 0
    assert retrieval.hit_at(gold_ranks, 5) == 1
    assert retrieval.recall_at(gold_ranks, 5) == 1 / 3
    assert retrieval.recall_at(gold_ranks, 10) == 2 / 3
    assert retrieval.reciprocal_rank_at(gold_ranks) == 1 / 2
    assert retrieval.reciprocal_rank_at([11]) == 0
    assert retrieval.reciprocal_rank_at([None]) == 0


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    # Two gold passages at ranks 1 and 3: DCG = 1/log2(2) + 1/log2(4); ideal 1/log2(2) + 1/log2(3).
    assert retrieval.ndcg_at([1, 3]) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert retrieval.ndcg_at([1]) == 1
    assert retrieval.ndcg_at([None]) == 0
    assert retrieval.ndcg_at([11]) == 0


def test_two_quotes_in_one_passage_gain_once() -> None:
    assert retrieval.ndcg_at([1, 1]) == 1
    assert retrieval.ndcg_at([1, 1, None]) == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_a_quote_counts_for_the_passage_that_holds_half_of_it() -> None:
    gold = GoldSpan("d", 100, 200)
    passages = [("other", 100, 200), ("d", 0, 149), ("d", 149, 300)]
    assert ranks([gold], passages) == [3]
    assert ranks([gold], [("d", 0, 150)]) == [1]


# --- answers ------------------------------------------------------------------------------------


def test_normalisation_is_squads() -> None:
    assert answers.normalise("The  U.S., in “a” Word!") == "us in word"
    assert answers.exact_match("the Rollo.", ["Norway", "rollo"]) == 1
    assert answers.exact_match("Rollo the Norse", ["Rollo"]) == 0


def test_token_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    # Words shared: eight, hours. Precision 2/4, recall 2/3.
    precision, recall = 2 / 4, 2 / 3
    expected = 2 * precision * recall / (precision + recall)
    assert answers.token_f1("It took eight hours", ["about eight hours"]) == pytest.approx(expected)
    assert answers.token_f1("It took eight hours", ["x", "took it eight hours"]) == 1
    assert answers.token_f1("", ["eight"]) == 0
    assert answers.token_f1("hours", []) == 0


def test_rouge_l_is_lins_example() -> None:
    # Lin 2004, section 3: "police killed the gunman" against "police kill the gunman" shares
    # "police the gunman", 3 of 4 words; "the gunman kill police" only "the gunman", 2 of 4.
    reference = ["police killed the gunman"]
    assert answers.rouge_l("police kill the gunman", reference) == 3 / 4
    assert answers.rouge_l("the gunman kill police", reference) == 2 / 4
    assert answers.rouge_l("police kill the gunman", ["nothing", *reference]) == 3 / 4
    assert answers.rouge_l("", reference) == 0


@given(st.lists(st.integers(0, 4), max_size=12), st.lists(st.integers(0, 4), max_size=12))
def test_the_common_subsequence_is_one_of_both(left: list[int], right: list[int]) -> None:
    length = answers.longest_common_subsequence(left, right)
    assert length == answers.longest_common_subsequence(right, left)
    assert length <= min(len(left), len(right))
    assert answers.longest_common_subsequence(left, left) == len(left)
    assert answers.longest_common_subsequence([*left, 9], [*right, 9]) == length + 1


def test_an_answer_contains_whole_words_only() -> None:
    assert answers.contains_answer("They talked for about eight hours.", ["eight hours"]) == 1
    assert answers.contains_answer("They talked for eighty hours.", ["eight"]) == 0


def test_a_short_gold_answer_must_stand_there_and_most_of_a_long_one() -> None:
    assert answers.is_right("He was in Sochi then.", ["Sochi"]) == 1
    assert answers.is_right("They spoke for 8 hours.", ["eight hours"]) == 1
    assert answers.is_right("Two million people came.", ["2,000,000 people"]) == 1
    assert answers.is_right("They spoke for 7 hours.", ["eight hours"]) == 0
    assert answers.is_right("He was in Moscow then.", ["Sochi"]) == 0
    gold = ["arms control, transparency and reduction of risks"]  # seven different words
    assert answers.is_right("arms control, transparency, and risks", gold) == 1  # 5 of 7
    assert answers.is_right("arms control, transparency", gold) == 0  # 3 of 7


# --- abstention ---------------------------------------------------------------------------------


def test_the_risk_coverage_curve_of_four_questions() -> None:
    confidence = np.array([0.9, 0.1, 0.7, 0.3])
    loss = np.array([0.0, 1.0, 1.0, 0.0])
    coverage, risk = abstention.risk_coverage(confidence, loss)
    assert coverage.tolist() == [1 / 4, 2 / 4, 3 / 4, 4 / 4]
    assert risk.tolist() == [0 / 1, 1 / 2, 1 / 3, 2 / 4]
    assert abstention.aurc(confidence, loss) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidences_are_answered_together() -> None:
    loss = np.array([0.0, 1.0, 0.0, 1.0])
    same = np.full(4, 0.5)
    assert abstention.aurc(same, loss) == 1 / 2
    assert abstention.aurc(same, loss[::-1]) == 1 / 2


def test_statistics_of_many_samples_are_those_of_each() -> None:
    generator = np.random.default_rng(3)
    confidence = generator.integers(0, 5, (6, 40)) / 5
    label = generator.integers(0, 2, (6, 40)).astype(float)
    for of in (abstention.aurc, abstention.auroc, abstention.calibration_error):
        together = of(confidence, label)
        one_by_one = [float(of(c, y)) for c, y in zip(confidence, label, strict=True)]
        assert together == pytest.approx(one_by_one)


def test_auroc_counts_the_pairs_in_the_right_order() -> None:
    confidence = np.array([0.9, 0.5, 0.5, 0.1])
    label = np.array([1.0, 1.0, 0.0, 0.0])
    # Pairs (yes, no): .9>.5, .9>.1, .5=.5 (half), .5>.1
    assert abstention.auroc(confidence, label) == (1 + 1 + 1 / 2 + 1) / 4
    assert abstention.auroc(confidence, np.ones(4)) == 0.5


def test_rejected_at_coverage_sets_the_threshold_by_the_answerable() -> None:
    # Answerable: .9 .8 .7 .2; three quarters of them are answered from .7 on.
    confidence = np.array([0.9, 0.8, 0.7, 0.2, 0.75, 0.7, 0.6, 0.1])
    label = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
    assert abstention.rejected_at_coverage(confidence, label, 0.75) == 2 / 4
    assert abstention.rejected_at_coverage(confidence, label, 1.0) == 1 / 4
    assert abstention.rejected_at_coverage(confidence[:4], label[:4], 0.5) == 1
    assert abstention.rejected_at_coverage(confidence[4:], label[4:], 0.5) == 0
    rows = np.stack([confidence, confidence[::-1]]), np.stack([label, label[::-1]])
    assert abstention.rejected_at_coverage(*rows, 0.75).tolist() == [0.5, 0.5]


def test_calibration_error_is_the_weighted_distance_in_bins() -> None:
    confidence = np.array([0.95, 0.91, 0.12, 0.18])
    label = np.array([1.0, 0.0, 0.0, 0.0])
    # Bin .9-1: mean confidence .93, truth 1/2; bin .1-.2: .15 and 0. Two of four questions each.
    expected = (2 / 4) * abs(0.93 - 1 / 2) + (2 / 4) * abs(0.15 - 0)
    assert abstention.calibration_error(confidence, label) == pytest.approx(expected)
    bins = abstention.reliability(confidence, label)
    assert [(b.count, b.share) for b in bins] == [(2, 0.0), (2, 1 / 2)]
    assert abstention.calibration_error(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0


# --- grounding ----------------------------------------------------------------------------------


class Holds:
    """A judge that finds a claim carried when the premise holds all its letters."""

    name = "letters"

    def entails(self, premise: str, claim: str) -> bool:
        return set(claim) <= set(premise)


def test_citation_recall_and_precision_are_alces() -> None:
    items = [
        CitedSentence("ab", ("a", "b")),  # carried together, each needed
        CitedSentence("cd", ("cd", "x")),  # carried by the first alone: the second is irrelevant
        CitedSentence("ef", ("e",)),  # not carried: its citation counts as wrong
        CitedSentence("g", ()),  # no citation: not carried
    ]
    assert citation_recall(items, Holds()) == 2 / 4
    assert citation_precision(items, Holds()) == (2 + 1 + 0) / (2 + 2 + 1)
    assert citation_recall([], Holds()) == 0
    assert citation_precision([CitedSentence("g", ())], Holds()) == 0


def test_gold_sentence_f1_takes_the_best_gold_answer() -> None:
    first = [GoldSpan("d", 0, 10), GoldSpan("d", 20, 30)]
    second = [GoldSpan("d", 50, 60)]
    cited = [("d", 0, 10), ("d", 40, 45)]
    precision, recall = 1 / 2, 1 / 2
    expected = 2 * precision * recall / (precision + recall)
    assert gold_sentence_f1(cited, [first, second]) == expected
    assert gold_sentence_f1([("d", 50, 60)], [first, second]) == 1
    assert gold_sentence_f1([("e", 50, 60)], [first, second]) == 0
    assert gold_sentence_f1([], [first]) == 0


def test_the_lexical_judge_wants_every_number_and_name() -> None:
    judge = LexicalJudge(HashEmbedder())
    source = "The talks between Sherman and Ryabkov in Geneva lasted about eight hours."
    assert judge.entails(source, "The talks in Geneva lasted about 8 hours.")
    assert not judge.entails(source, "The talks in Geneva lasted about nine hours.")
    assert not judge.entails(source, "The talks in Vienna lasted about eight hours.")
    assert not judge.entails(source, "Grain exports fell sharply during spring.")
    assert not judge.entails(source, " ")
    assert judge.name == "lexical rule with hash"


def test_the_model_as_judge_goes_by_its_odds() -> None:
    assert ModelJudge(ScriptedModel(log_odds=0.1)).entails("a", "b")
    assert not ModelJudge(ScriptedModel(log_odds=-0.1)).entails("a", "b")
    assert ModelJudge(ScriptedModel()).name == "language model scripted"


# --- the list of measures -----------------------------------------------------------------------


def test_measures_have_one_name_each_and_yes_no_ones_one_column() -> None:
    assert len(BY_NAME) == len(MEASURES)
    assert all(len(m.columns) == 1 for m in MEASURES if m.yes_no)


def test_a_question_without_a_column_does_not_count() -> None:
    scores = [{"f1": 0.5}, {}, {"f1": 1.0}]
    assert score_rows(BY_NAME["f1"], scores).tolist() == [[0.5], [1.0]]


def test_unsupported_is_a_share_of_sentences_not_of_answers() -> None:
    scores = [
        {"unsupported_sentences": 1.0, "sentences": 1.0},
        {"unsupported_sentences": 0.0, "sentences": 3.0},
    ]
    measure = BY_NAME["unsupported"]
    assert measure.statistic(score_rows(measure, scores)) == 1 / 4


def test_figures_are_written_for_people() -> None:
    assert format_value(BY_NAME["f1"], 0.1234) == "12.3"
    assert format_value(BY_NAME["f1"], 0.1234, signed=True) == "+12.3"
    assert format_value(BY_NAME["total_p50"], 0.0421) == "0.042"
    assert format_value(BY_NAME["length"], 318.4) == "318"
