"""What eBay's dividers and captions say, in the languages of its sites."""

import pytest

from spiders.layouts import ebay_lines as lines

REWRITE, OTHER = "srp-river-answer srp-river-answer--REWRITE_START", "su-grid__item"


@pytest.mark.parametrize("kind", [REWRITE, OTHER])
@pytest.mark.parametrize(
    "text",
    [
        "Results matching fewer words",
        "Showing results for tesla p40 instead",
        "Ergebnisse für weniger Suchbegriffe",
        "Résultats correspondant à moins de mots",
        "Risultati che corrispondono a un numero inferiore di parole",
        "Resultados que coinciden con menos palabras",
        "Resultados correspondentes a menos palavras",
        "Resultaten die overeenkomen met minder woorden",
        "Wyniki dopasowane do mniejszej liczby słów",
        "一部のキーワードに一致する検索結果",
    ],
)
def test_what_follows_fewer_words_is_loose(kind, text):
    assert lines.is_loose_divider(kind, text)


@pytest.mark.parametrize(
    "text",
    [
        "We've streamlined your search results to show you the best listings. See more results",
        "Wir haben Ihre Suchergebnisse gefiltert, um Ihnen die besten Angebote zu zeigen",
        "Nous avons rationalisé vos résultats pour vous montrer les meilleures annonces",
        "Abbiamo semplificato i risultati per mostrarti le migliori inserzioni",
        "Simplificamos tus resultados de búsqueda para mostrarte los mejores anuncios",
        "We hebben je zoekresultaten gestroomlijnd",
        "検索結果を整理し、最適な出品を表示しています",
    ],
)
def test_results_that_were_only_tidied_are_what_was_asked(text):
    assert not lines.is_loose_divider(REWRITE, text)


def test_a_rewrite_in_words_that_no_table_knows_is_loose():
    assert lines.is_loose_divider(REWRITE, "Rezultate pentru o altă ortografie")
    assert not lines.is_loose_divider(OTHER, "Shop by brand")


@pytest.mark.parametrize(
    ("caption", "tone", "ending"),
    [
        ("Sold  Jul 20, 2026", "", "sold"),
        ("Verkauft  8. Nov 2026", "", "sold"),
        ("Vendu le 12 nov. 2026", "", "sold"),
        ("Venduto il 12 nov 2026", "", "sold"),
        ("Vendido el 12 nov 2026", "", "sold"),
        ("販売済み  2026年11月8日", "", "sold"),
        ("ENDED JUL 4, 2026", "", "ended"),
        ("Beendet  8. Nov 2026", "", "ended"),
        ("Terminé le 8 nov. 2026", "", "ended"),
        ("Nov 8, 2026", "positive", "sold"),
        ("Nov 8, 2026", "negative", "ended"),
        ("NEW LOW PRICE", "positive", None),
    ],
)
def test_captions(caption, tone, ending):
    assert lines.ending_of(caption, tone) == ending


@pytest.mark.parametrize(
    "line",
    [
        "Best offer accepted",
        "Preisvorschlag angenommen",
        "Offre directe acceptée",
        "Proposta d'acquisto accettata",
        "Mejor oferta aceptada",
        "ベストオファー承諾",
    ],
)
def test_an_accepted_offer_hides_what_was_paid(line):
    assert lines.is_accepted_offer(line)
    assert not lines.is_accepted_offer("or Best Offer")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("dall'Italia", ("place", "Italia")),
        ("dalla Cina", ("place", "Cina")),
        ("da Germania", ("place", "Germania")),
        ("Noch 3 verfügbar", ("left", 3)),
        ("入札 3 件", ("bids", 3)),
        ("Retours gratuits", ("nothing", None)),
    ],
)
def test_what_a_line_says(line, said):
    assert lines.meaning_of(line) == said
