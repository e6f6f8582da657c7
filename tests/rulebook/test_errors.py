"""Every slip of an author gets file, path, problem and way out, in English and in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_service.core.errors import RulebookError
from qa_service.i18n.catalogue import GAP, LANGUAGES, catalogue
from qa_service.rulebook import load
from qa_service.rulebook.load import bundle_text
from tests.rulebook.books import HEAD, SCORECARD, refused, rules, when

_RULE = "id: one\ntitle: 规则\nwhen: {tag: pace.fast}"
_ALIASES = "x0: &x0 [一, 一, 一, 一, 一, 一, 一, 一, 一, 一]\n" + "".join(
    f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 9)
)

_BROKEN = [
    # The file
    pytest.param("", "", "not_a_book", id="an empty file"),
    pytest.param("- schema", "", "not_a_book", id="a list"),
    pytest.param("a: [1, 2", "line 1, column 9", "yaml_bracket", id="an open bracket"),
    pytest.param("a: b: c", "line 1, column 5", "yaml_colons", id="two colons"),
    pytest.param(f"{HEAD}name: other\n", "line 5, column 1", "key_twice", id="a key twice"),
    pytest.param("? [a, b]\n: c\n", "line 1, column 3", "yaml_key_kind", id="a list as a key"),
    pytest.param("a: !!python/object:os.system x", "line 1, column 4", "yaml_tag", id="a foreign tag"),
    pytest.param("a: \x07", "line 1, column 4", "yaml_character", id="a control character"),
    pytest.param(f"{HEAD}effective: {{to: 2026-99-99}}", "effective.to", "date", id="a date that is none"),
    pytest.param(HEAD + _ALIASES, "", "tangled", id="aliases that unfold to a billion"),
    pytest.param(f"{HEAD}x: &x [*x]\n", "line 5, column 4", "tangled", id="an alias inside itself"),
    pytest.param(rules(_RULE + "\npoints: {add: 2, deduct: 1}"), "rules[0].points", "points_both", id="add and deduct"),
    pytest.param(rules(_RULE + "\npoints: {add: 0}"), "rules[0].points.add", "above", id="nothing added"),
    pytest.param(SCORECARD.join([HEAD, ""]).replace("10}", "10, base: 11}"), "scorecard.sections[0].criteria[0]",
                 "base", id="a base above everything"),
    pytest.param(SCORECARD.join([HEAD, ""]).replace("10}", "10, floor: 3, base: 2}"),
                 "scorecard.sections[0].criteria[0]", "base", id="a base below the floor"),
    pytest.param(SCORECARD.join([HEAD, ""]).replace("10}", "10, base: 2, fatal: call}"),
                 "scorecard.sections[0].criteria[0]", "base_fatal", id="fatal with a base"),
    # Steps, every sentence
    pytest.param(when("{steps: [], role: agent}"), "rules[0].when.steps", "steps", id="no steps"),
    pytest.param(when("{steps: [核实身份], role: agent}"), "rules[0].when.steps[0]", "step", id="a word for a step"),
    pytest.param(when("{steps: [{tag: pace.fast}], role: agent}"), "rules[0].when.steps[0].title", "step_title",
                 id="a step without a name"),
    pytest.param(when("{steps: [{title: 甲, tag: pace.fast}]}"), "rules[0].when.steps[0]", "step_role", id="whose"),
    pytest.param(when("{steps: [{title: 甲, tag: pace.fast, within: soon}], role: agent}"),
                 "rules[0].when.steps[0].within", "distance", id="a step soon"),
    pytest.param(when("{steps: [{title: 甲, tag: pace.fast, optional: 可以}], role: agent}"),
                 "rules[0].when.steps[0].optional", "flag", id="optional perhaps"),
    pytest.param(when("{steps: [{title: 甲, tag: pace.fast, withn: 3s}], role: agent}"),
                 "rules[0].when.steps[0].withn", "key_unknown_like", id="a slip in a step"),
    pytest.param(when("{steps: [{then: [{title: 甲, tag: pace.fast}]}], role: agent}"), "rules[0].when.steps[0]",
                 "branch_if", id="then without if"),
    pytest.param(when("{steps: [{if: {tag: pace.fast}}], role: agent}"), "rules[0].when.steps[0]", "branch_then",
                 id="if without then"),
    pytest.param(when("{steps: [{if: {tag: pace.fast}, title: 甲, then: [{title: 甲, tag: pace.fast}]}], role: agent}"),
                 "rules[0].when.steps[0].title", "key_unknown", id="a branch with a title"),
    pytest.param(when("{steps: [" + "{title: 甲, tag: pace.fast}, " * 51 + "], role: agent}"), "rules[0].when.steps",
                 "too_many", id="51 steps"),
    pytest.param(when("{tag: pace.fast, every: yes}"), "rules[0].when.every", "every", id="every is yes"),
    pytest.param(when("{tag: pace.fast, every: {min_chars: 0}}"), "rules[0].when.every.min_chars", "every_chars",
                 id="every of no length"),
    pytest.param(when("{tag: pace.fast, every: {min_char: 8}}"), "rules[0].when.every.min_char", "key_unknown_like",
                 id="a slip in every"),
    pytest.param(when("{tag: pace.fast, every: true, count: {at_least: 2}}"), "rules[0].when.every", "every_count",
                 id="every twice"),
    pytest.param(when("{absent: {tag: pace.fast}, role: agent, every: true}"), "rules[0].when.every", "every_of",
                 id="every beside absent"),
    pytest.param(when("{length: {above: 5s}, every: true}"), "rules[0].when.every", "every_of", id="every call"),
    # Keys
    pytest.param("schema: qa-service/rulebook@1", "name", "missing", id="no name"),
    pytest.param(HEAD.replace("@1", "@2"), "schema", "schema_newer", id="a newer schema"),
    pytest.param(HEAD.replace("demo", "Demo Book"), "name", "name", id="a name with a space"),
    pytest.param(HEAD.replace("version: 1", "version: one"), "version", "whole", id="a version in words"),
    pytest.param(HEAD.replace("version: 1", "version: 0"), "version", "least", id="version nought"),
    pytest.param(f"{HEAD}rule: []", "rule", "key_unknown_like", id="a slip in a key"),
    pytest.param(f"{HEAD}qqq: []", "qqq", "key_unknown", id="a key like no other"),
    pytest.param(f"{HEAD}rules: {{}}", "rules", "list", id="rules as a mapping"),
    pytest.param(f"{HEAD}detectors: []", "detectors", "mapping", id="detectors as a list"),
    pytest.param(f"{HEAD}effective: {{from: 2026-02-01, to: 2026-01-01}}", "effective", "dates", id="ends first"),
    pytest.param(f"{HEAD}effective: {{from: 昨天}}", "effective.from", "date", id="yesterday"),
    pytest.param(rules("title: 规则\nwhen: {}"), "rules[0].id", "missing", id="no id"),
    pytest.param(rules(_RULE + "\nseverity: bad"), "rules[0].severity", "choice", id="a severity that is none"),
    pytest.param(rules(_RULE + "\nserverity: minor"), "rules[0].serverity", "key_unknown_like", id="a slip"),
    pytest.param(rules(_RULE.replace("规则", "''")), "rules[0].title.zh_CN", "empty", id="an empty title"),
    pytest.param(rules(_RULE + f"\nlabel: {'a' * 61}"), "rules[0].label", "too_long", id="a long label"),
    pytest.param(rules(_RULE + "\nlabel: 语速"), "rules[0].label", "name", id="a label in Chinese"),
    pytest.param(rules(_RULE + "\npoints: -5"), "rules[0].points.deduct", "least", id="a negative deduction"),
    pytest.param(rules(_RULE + "\npoints: {deduct: 2000}"), "rules[0].points.deduct", "most", id="too dear"),
    pytest.param(rules(_RULE + "\nalert: {at_most: 0}"), "rules[0].alert.at_most", "least", id="no alert at all"),
    pytest.param(rules(_RULE + "\nalert: {cool_down: 3 min}"), "rules[0].alert.cool_down", "duration", id="minutes"),
    pytest.param(rules(_RULE + "\nalert: maybe"), "rules[0].alert", "yes_no", id="maybe an alert"),
    pytest.param(rules(_RULE, _RULE), "rules[1].id", "id_twice", id="a rule twice"),
    pytest.param(rules(_RULE) + "strengths: [{id: one, text: 好, when: {tag: pace.fast}}]",
                 "strengths[0].id", "id_twice", id="a strength called like a rule"),
    pytest.param(f"{HEAD}strengths: [{{id: one, text: 好, wenn: {{}}}}]", "strengths[0].wenn", "key_unknown_like",
                 id="a slip in a strength"),
    # Scorecard
    pytest.param(SCORECARD.join([HEAD, ""]).replace("10}", "0}"), "scorecard.sections[0].criteria[0].max_points",
                 "above", id="a criterion without points"),
    pytest.param((HEAD + SCORECARD).replace("10}", "10, floor: 11}"), "scorecard.sections[0].criteria[0]",
                 "floor", id="a floor above the most"),
    pytest.param((HEAD + SCORECARD).replace("10}", "10, fatal: yes}"),
                 "scorecard.sections[0].criteria[0].fatal", "choice", id="fatal is not yes or no"),
    pytest.param(f"{HEAD}{SCORECARD}        - {{id: listens, title: 再听, max_points: 5}}\n",
                 "scorecard.sections[0].criteria[1].id", "id_twice", id="a criterion twice"),
    pytest.param(f"{HEAD}{SCORECARD}    - {{id: attitude, title: 又, criteria: [{{id: b, title: 乙, max_points: 5}}]}}",
                 "scorecard.sections[1].id", "id_twice", id="a section twice"),
    pytest.param(HEAD + "scorecard: {sections: [{id: a, title: 甲, criteria: []}]}",
                 "scorecard.sections[0].criteria", "too_few", id="a section without criteria"),
    pytest.param(rules(_RULE + "\nstage: score"), "rules[0].criterion", "criterion_missing", id="scores nothing"),
    pytest.param(rules(_RULE + "\ncriterion: listen"), "rules[0].criterion", "criterion_unknown_like", id="a slip"),
    pytest.param(rules(_RULE + "\nstage: score\ncriterion: x"), "rules[0].criterion", "criterion_unknown",
                 id="a criterion that is not there"),
    # Detectors
    pytest.param(f"{HEAD}detectors: {{pace.fsat: {{}}}}", "detectors.pace.fsat", "detector_unknown_like", id="fsat"),
    pytest.param(f"{HEAD}detectors: {{zzz: {{}}}}", "detectors.zzz", "detector_unknown", id="no such detector"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit: 320}}}}", "detectors.pace.fast.limit",
                 "setting_unknown_like", id="a setting half remembered"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit_cpm: 快}}}}", "detectors.pace.fast.limit_cpm",
                 "setting_number", id="a word for a number"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit_cpm: 320.5}}}}", "detectors.pace.fast.limit_cpm",
                 "setting_number", id="half a character"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit_cpm: -1}}}}", "detectors.pace.fast.limit_cpm",
                 "setting_endless", id="less than nothing"),
    pytest.param(f"{HEAD}detectors: {{tone.raised_voice: {{rise_db: .inf}}}}", "detectors.tone.raised_voice.rise_db",
                 "setting_endless", id="endlessly loud"),
    pytest.param(f"{HEAD}detectors: {{silence.long: {{limit: 8}}}}", "detectors.silence.long.limit",
                 "setting_duration", id="eight of what"),
    pytest.param(f"{HEAD}detectors: {{silence.long: {{limit: 8s, limit_ms: 9000}}}}",
                 "detectors.silence.long.limit_ms", "key_twice", id="one setting by two names"),
    pytest.param(f"{HEAD}detectors: {{hedging.evasion: {{times: 2}}, hedging.unanswered_repeat: {{times: 3}}}}",
                 "detectors.hedging.unanswered_repeat.times", "setting_twice", id="one detector, two wills"),
    # Overrides and includes
    pytest.param(f"{HEAD}include: [service-zh@1]\noverride: {{service-zh/closings: {{points: 2}}}}",
                 "override.service-zh/closings", "override_unknown_like", id="a rule by half its name"),
    pytest.param(f"{HEAD}override: {{x: {{points: 2}}}}", "override.x", "override_nothing", id="nothing to override"),
    pytest.param(f"{HEAD}include: [service-zh@1]\noverride: {{service-zh/closing: {{disable: true}}}}",
                 "override.service-zh/closing", "disable_reason", id="silenced without a reason"),
    pytest.param(f"{HEAD}include: [service-zh@7]", "include[0] → packs/service-zh.yaml", "version", id="version"),
    pytest.param(f"{HEAD}include: [service-hz]", "include[0] → service-hz", "not_here_like", id="a slip in a book"),
    pytest.param(f"{HEAD}include: [zzzzzz]", "include[0] → zzzzzz", "not_here", id="no such book"),
    pytest.param(f"{HEAD}include: [../secret]", "include[0]", "name", id="a path is no name"),
    # Conditions
    pytest.param(when("{}"), "rules[0].when", "operator_count", id="no operator"),
    pytest.param(when("{tag: pace.fast, regex: a}"), "rules[0].when", "operator_count", id="two operators"),
    pytest.param(when("[pace.fast]"), "rules[0].when", "mapping", id="a list for a condition"),
    pytest.param(when("{tag: pace.fsat}"), "rules[0].when.tag", "label_unknown_like", id="a slip in a label"),
    pytest.param(when("{tag: 语速}"), "rules[0].when.tag", "label_unknown", id="a label in Chinese words"),
    pytest.param(when("{tag: 5}"), "rules[0].when.tag", "label", id="a number for a label"),
    pytest.param(when("{similar: []}"), "rules[0].when.similar.examples", "sentences", id="no sentence"),
    pytest.param(when("{similar: [可以]}"), "rules[0].when.similar.examples[0]", "sentence_short", id="a word alone"),
    pytest.param(when("{similar: {examples: [多久能修好呢], at_least: 0.2}}"), "rules[0].when.similar.at_least",
                 "setting_range", id="everything is similar"),
    pytest.param(when("{similar: {examples: [多久能修好呢], by: meaning}}"), "rules[0].when.similar.by",
                 "key_unknown", id="by meaning"),
    pytest.param(when("{similar: {examples: [多久能修好呢], unlike: 甲}}"), "rules[0].when.similar.unlike",
                 "sentences", id="unlike what"),
    pytest.param(when("{tag: pace.fast, after: {similar: {examples: ['？']}, within: 30s}}"),
                 "rules[0].when.after.similar.examples[0]", "phrase_silent", id="similar to nothing, inside an anchor"),
    pytest.param(when("{means: []}"), "rules[0].when.means.like", "sentences", id="means nothing"),
    pytest.param(when("{means: [好的]}"), "rules[0].when.means.like[0]", "sentence_short", id="a word means little"),
    pytest.param(when("{means: {like: [我给您回电话], alike: 0.3}}"), "rules[0].when.means.alike",
                 "setting_range", id="everything means it"),
    pytest.param(when("{means: {like: [我给您回电话], at_least: 0.6}}"), "rules[0].when.means.at_least",
                 "key_unknown", id="the limit of similar"),
    pytest.param(when("{means: {like: [我给您回电话], unless: [bounded]}}"), "rules[0].when.means.unless[0]",
                 "unless", id="a sense that a sentence has not"),
    pytest.param(when("{means: {like: [我给您回电话], unlike: 甲}}"), "rules[0].when.means.unlike",
                 "sentences", id="means what not"),
    pytest.param(when("{tag: pace.fast, rolle: agent}"), "rules[0].when.rolle", "key_unknown_like", id="rolle"),
    pytest.param(when("{tag: pace.fast, role: agnet}"), "rules[0].when.role", "role_like", id="agnet"),
    pytest.param(when("{tag: pace.fast, role: 坐席}"), "rules[0].when.role", "role", id="a role in Chinese"),
    pytest.param(when("{tag: pace.fast, first: 30 sec}"), "rules[0].when.first", "scope", id="30 sec"),
    pytest.param(when("{tag: pace.fast, last: 3}"), "rules[0].when.last", "scope", id="three of what"),
    pytest.param(when("{tag: pace.fast, last: -3 utterances}"), "rules[0].when.last", "scope", id="before the start"),
    pytest.param(when("{tag: pace.fast, last: 1.5 utterances}"), "rules[0].when.last", "scope", id="half a sentence"),
    pytest.param(when("{tag: pace.fast, first: 0.2}"), "rules[0].when.first", "scope", id="a share without a sign"),
    pytest.param(when("{tag: pace.fast, first: '-5%'}"), "rules[0].when.first", "scope", id="less than no share"),
    pytest.param(when("{tag: pace.fast, first: [3, 5]}"), "rules[0].when.first", "scope", id="from and to"),
    pytest.param(when(f"{{tag: pace.fast, first: '{'9' * 400}s'}}"), "rules[0].when.first", "scope", id="endless"),
    *(
        pytest.param(when(f"{{tag: pace.fast, between: {ends}}}"), f"rules[0].when.between{where}", code, id=ends)
        for ends, where, code in (
            ("30s", "", "scope_range"),
            ("{}", "", "scope_range"),
            ("{from: 30s, to: 80%}", "", "scope_units"),
            ("{from: 90s, to: 30s}", "", "scope_empty"),
            ("{from: -1 utterances, to: -3 utterances}", "", "scope_empty"),
            ("{from: 20%, to: 20%}", "", "scope_empty"),
            ("{from: 0 utterances}", ".from", "scope_end"),
            ("{to: 0s}", ".to", "scope_end"),
            ("{from: 120%}", ".from", "scope_share"),
            ("{from: 3}", ".from", "scope_place"),
            ("{form: 3s}", ".form", "key_unknown_like"),
        )
    ),
    pytest.param(when("{tag: pace.fast, first: 30s, between: {from: 3s}}"), "rules[0].when", "scope_both",
                 id="first and a range"),
    pytest.param(when("{tag: pace.fast, first: 0s}"), "rules[0].when.first", "scope_nothing", id="no second"),
    pytest.param(when("{tag: pace.fast, first: 0 utterances}"), "rules[0].when.first", "scope_nothing",
                 id="no sentence"),
    pytest.param(when("{tag: pace.fast, last: 0.0%}"), "rules[0].when.last", "scope_nothing", id="no share"),
    pytest.param(when("{tag: pace.fast, last: 120%}"), "rules[0].when.last", "scope_share", id="more than all"),
    pytest.param(when("{absent: {tag: pace.fast}, role: agent, first: 100.1%}"), "rules[0].when.first", "scope_share",
                 id="absent from more than all"),
    pytest.param(when("{tag: pace.fast, first: 3 utterances, last: 20%}"), "rules[0].when", "scope_both",
                 id="first and last, measured apart"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, which: 0}}"), "rules[0].when.near.which", "which",
                 id="the time before the first"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, which: -1}}"), "rules[0].when.near.which", "which",
                 id="counted backwards"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, which: true}}"), "rules[0].when.near.which", "which",
                 id="yes"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, which: second}}"), "rules[0].when.near.which", "which",
                 id="a number in words"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, which: [1, 2]}}"), "rules[0].when.near.which", "which",
                 id="two times"),
    pytest.param(when("{tag: pace.fast, not_near: {tag: pace.slow, which: every}}"), "rules[0].when.not_near.which",
                 "which_every", id="not near every one"),
    pytest.param(when("{tag: pace.fast, which: first}"), "rules[0].when.which", "key_of_anchor", id="beside no anchor"),
    pytest.param(when("{tag: pace.fast, first: 30s, last: 30s}"), "rules[0].when", "scope_both", id="both ends"),
    pytest.param(when("{tag: pace.fast, min_confidence: 70}"), "rules[0].when.min_confidence", "confidence",
                 id="percent"),
    pytest.param(when("{tag: pace.fast, max_confidence: 一半}"), "rules[0].when.max_confidence", "confidence",
                 id="half in words"),
    pytest.param(f"{HEAD}detectors: {{pace.fast: {{limit_cpm: 0}}}}", "detectors.pace.fast.limit_cpm",
                 "setting_range", id="a limit that everybody passes"),
    pytest.param(when("{tag: pace.fast, count: 2}"), "rules[0].when.count", "mapping_keys", id="a bare count"),
    pytest.param(when("{tag: pace.fast, count: {at_least: 0}}"), "rules[0].when.count.at_least", "count", id="0 times"),
    pytest.param(when("{absent: {tag: pace.fast}, role: agent, count: {at_least: 2}}"), "rules[0].when.count",
                 "count_absent", id="absent twice"),
    pytest.param(when("{absent: {tag: pace.fast}, first: 30s}"), "rules[0].when.absent", "absent_role", id="absent"),
    pytest.param(when("{all: {tag: pace.fast}}"), "rules[0].when.all", "parts", id="all of one mapping"),
    pytest.param(when("{any: []}"), "rules[0].when.any", "parts", id="any of nothing"),
    pytest.param(when("{any: [保本]}"), "rules[0].when.any[0]", "condition", id="a word is no condition"),
    pytest.param(when("{all: [{near: {any: [理财]}}, {tag: pace.fast}]}"), "rules[0].when.all[0].near",
                 "anchor_alone", id="near what"),
    pytest.param(when("{any: [{tag: pace.fast}, {near: {any: [理财]}}]}"), "rules[0].when.any[1].near",
                 "anchor_alone", id="or near what"),
    pytest.param(when("{tag: pace.fast, near: 30s}"), "rules[0].when.near", "anchor", id="near a time"),
    pytest.param(when("{tag: pace.fast, near: {tag: pace.slow, within: soon}}"), "rules[0].when.near.within",
                 "distance", id="soon"),
    pytest.param(when("{tag: pace.fast, near: {within: 3s}}"), "rules[0].when.near", "operator_count",
                 id="near nothing"),
    pytest.param(when("{phrases: {}}"), "rules[0].when.phrases.any", "phrases", id="no phrases"),
    pytest.param(when("{phrases: [12315]}"), "rules[0].when.phrases.any[0]", "phrase_not_text", id="a bare number"),
    pytest.param(when("{phrases: [好, true]}"), "rules[0].when.phrases.any[1]", "phrase_not_text", id="a bare true"),
    pytest.param(when("{phrases: [保本, '……']}"), "rules[0].when.phrases.any[1]", "phrase_silent", id="only dots"),
    pytest.param(when("{phrases: {any: [保本], unless: [negate]}}"), "rules[0].when.phrases.unless[0]",
                 "unless_like", id="negate"),
    pytest.param(when("{phrases: {any: [保本], unless: [玩笑]}}"), "rules[0].when.phrases.unless[0]", "unless",
                 id="a joke"),
    pytest.param(when("{phrases: {any: [保本], unless: negated}}"), "rules[0].when.phrases.unless", "list", id="one"),
    pytest.param(when("{phrases: {any: [保本], sounds_like: {tolerance: nearly}}}"),
                 "rules[0].when.phrases.sounds_like", "tolerance_like", id="nearly"),
    pytest.param(when("{phrases: {any: [保本], sounds_like: 9}}"), "rules[0].when.phrases.sounds_like",
                 "tolerance", id="nine"),
    pytest.param(when("{regex: {}}"), "rules[0].when.regex.pattern", "pattern_missing", id="no pattern"),
    pytest.param(when("{regex: '(?=保本)'}"), "rules[0].when.regex.pattern", "pattern_lookaround", id="look-around"),
    pytest.param(when("{regex: '(保)\\1'}"), "rules[0].when.regex.pattern",
                 "pattern_backreference", id="a back-reference"),
    pytest.param(when("{regex: '保{2000}'}"), "rules[0].when.regex.pattern", "pattern_repeats", id="too many repeats"),
    pytest.param(when("{regex: '(保'}"), "rules[0].when.regex.pattern", "pattern_syntax", id="an open group"),
    pytest.param(when("{regex: '保*'}"), "rules[0].when.regex.pattern", "pattern_silent", id="matches nothing said"),
    pytest.param(when("{regex: '保++'}"), "rules[0].when.regex.pattern",
                 "pattern_possessive", id="a possessive repeat"),
    pytest.param(when("{regex: '(保)(?(1)本)'}"), "rules[0].when.regex.pattern",
                 "pattern_conditional", id="a conditional"),
    pytest.param(when("{regex: '(保证){1000}(收益){1000}(一定){1000}(肯定){1000}'}"), "rules[0].when.regex.pattern",
                 "pattern_large", id="too large"),
    # Texts
    pytest.param(rules(_RULE + "\ncoaching: {what: '{quote', why: 甲, instead: 乙}"),
                 "rules[0].coaching[0].what", "braces", id="an open brace"),
    pytest.param(rules(_RULE + "\ncoaching: [{what: 甲, why: 乙}]"), "rules[0].coaching[0].instead", "missing",
                 id="no advice"),
    pytest.param(rules(_RULE + "\ncoaching: {what: 甲, why: 乙, instead: 丙, fit: {customer: ['？']}}"),
                 "rules[0].coaching[0].fit.customer[0]", "phrase_silent", id="a fit nobody hears"),
    pytest.param(rules(_RULE + "\ncoaching: {what: 甲, why: 乙, instead: 丙, fit: {touchpoint: start}}"),
                 "rules[0].coaching[0].fit.touchpoint", "choice", id="a touchpoint that is none"),
    pytest.param(rules(_RULE + "\nexamples: {match: [12315]}"), "rules[0].examples.match[0]", "not_text", id="12315"),
    pytest.param(rules(_RULE + "\nexamples: {match: [{坐席: 您好}]}"), "rules[0].examples.match[0]", "not_text",
                 id="a line without quotes becomes a mapping"),
    pytest.param(rules(_RULE + "\nexamples: {match: ['[3-2] 坐席: 您好']}"), "rules[0].examples.match[0]",
                 "example_times", id="a line that ends first"),
    pytest.param(rules(_RULE + "\nexamples: {no_match: [['坐席: 您好', '客户:']]}"), "rules[0].examples.no_match[0]",
                 "example_empty", id="a line that says nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "code"), _BROKEN)
def test_a_broken_book_names_file_path_problem_and_fix(text: str, where: str, code: str) -> None:
    error = refused(text)

    assert error.where == (f"demo.yaml: {where}" if where else "demo.yaml")
    assert error.code == f"rulebook_{code}"
    assert error.problem
    assert error.fix


@pytest.mark.parametrize(("text", "where", "code"), _BROKEN)
def test_its_chinese_sentence_has_no_gap_and_no_english(text: str, where: str, code: str) -> None:
    error = refused(text)

    said = catalogue("zh_CN").error(error)

    place = re.sub(r"line (\d+), column (\d+)", r"第 \1 行第 \2 列", error.where)
    assert said.startswith(place)
    assert GAP not in said
    assert error.problem not in said.removeprefix(place) or not error.problem.isascii()
    assert re.search("[\u4e00-\u9fff]{3}", said.removeprefix(place))


def test_the_error_that_quality_leads_meet_most_suggests_what_was_meant() -> None:
    text = rules("id: a\ntitle: 甲\nwhen: {tag: pace.slow}", "id: b\ntitle: 乙\nwhen: {tag: pace.fsat}")

    error = refused(text)
    said = catalogue("zh_CN").error(error)

    assert said.startswith("demo.yaml: rules[1].when.tag：")
    assert "「pace.fsat」，是不是想写「pace.fast」？" in said
    assert (error.values["rule"], error.values["nth"]) == ("b", 2)


def test_the_english_sentence_suggests_as_well() -> None:
    said = str(refused(when("{tag: pace.fsat}")))

    assert said.startswith(
        "demo.yaml: rules[0].when.tag: no detector emits 'pace.fsat'. Did you mean pace.fast? Known: "
    )


class TestFiles:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(RulebookError) as refusal:
            load.load(str(tmp_path / "none.yaml"))

        assert refusal.value.code == "rulebook_file_missing"

    def test_a_file_in_another_encoding(self, tmp_path: Path) -> None:
        file = tmp_path / "gbk.yaml"
        file.write_bytes(HEAD.encode("gbk"))

        with pytest.raises(RulebookError) as refusal:
            load.load(str(file))

        assert refusal.value.code == "rulebook_not_utf8"
        assert str(file) in str(refusal.value)

    def test_a_file_larger_than_any_rulebook(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("qa_service.rulebook.source.MAX_BYTES", 100)

        assert refused(rules(_RULE)).code == "rulebook_too_large"

    def test_an_unknown_name_is_told_the_shipped_ones(self) -> None:
        with pytest.raises(RulebookError, match="Did you mean service-zh"):
            load.load("servise-zh")

    def test_a_name_with_another_version(self) -> None:
        with pytest.raises(RulebookError, match="version 1 of service-zh is here, not 9"):
            load.load("service-zh@9")

    def test_a_folder_called_like_a_pack_is_no_rulebook(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "service-zh").mkdir()
        monkeypatch.chdir(tmp_path)

        assert load.load("service-zh").name == "service-zh"


_DEAR = "(保证|肯定|绝对){1,500}收益"


@pytest.mark.parametrize(
    ("patterns", "refused_at"),
    [
        pytest.param([f"保证.{{0,8}}收益{n}" for n in range(300)], None, id="hundreds of usual ones"),
        pytest.param([_DEAR] * 20, None, id="some dear ones"),
        pytest.param([f"{_DEAR}{n}" for n in range(200)], 38, id="too many dear ones"),
        pytest.param([*["保本"] * 300, *[f"{_DEAR}{n}" for n in range(90)]], 337, id="dear ones at the end"),
    ],
)
def test_patterns_of_a_rulebook_have_a_size_together(patterns: list[str], refused_at: int | None) -> None:
    text = rules(*(f"id: r{n}\ntitle: 规则\nwhen: {{regex: '{one}'}}" for n, one in enumerate(patterns)))

    if refused_at is None:
        assert len(bundle_text(text, "demo.yaml", lambda _: None).book.rules) == len(patterns)
        return
    with pytest.raises(RulebookError) as caught:
        bundle_text(text, "demo.yaml", lambda _: None)

    assert caught.value.code == "rulebook_patterns_large"
    assert caught.value.where == f"demo.yaml: rules[{refused_at}].when.regex.pattern"
    assert caught.value.more == ()


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("{regex: '" + "(退款" * 20_000 + "'}", id="a pattern"),
        pytest.param("{phrases: [" + "，" * 50_000 + "]}", id="a phrase in which nothing is heard"),
        pytest.param("{tag: " + "x" * 50_000 + "}", id="a label"),
        pytest.param("{" + "x" * 900 + ": [退款]}", id="a key"),
        pytest.param("{phrases: [退款], role: " + "x" * 50_000 + "}", id="a role"),
    ],
)
def test_what_an_author_wrote_at_length_is_shown_in_short(condition: str) -> None:
    error = refused(when(condition))

    assert len(str(error)) < 1_500
    for lang in LANGUAGES:
        assert len(catalogue(lang).error(error)) < 1_500


def test_the_words_that_may_stand_somewhere_are_words() -> None:
    error = refused(rules(_RULE).replace("max_points: 10", "max_points: 10, fatal: maybe"))

    assert (error.code, error.fix) == ("rulebook_choice", "Write one of: section, call")


@pytest.mark.parametrize("key", ["title", "rules", "when"])
def test_a_key_with_nothing_behind_it_is_told_as_that(key: str) -> None:
    written = {
        "title": rules(_RULE).replace("title: {zh_CN: 示例}", "title:"),
        "rules": HEAD + "rules:\n",
        "when": rules("id: one\ntitle: 甲\nwhen:"),
    }

    error = refused(written[key])

    assert error.code == "rulebook_nothing"
    assert f"{key} has nothing behind it" in error.problem
