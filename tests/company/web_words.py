"""Made up: the pages of the web shop, and what customers look for there. An odd spelling is meant."""

from __future__ import annotations

from tests.company.products import LABELS, STYLES

PAGE_TYPES = ("home", "category", "product", "search", "article", "sale", "account", "cart", "checkout")
HOME, CATEGORY, PRODUCT, SEARCH, ARTICLE, SALE, ACCOUNT, CART, CHECKOUT = range(len(PAGE_TYPES))

DEVICES = (("desktop", 0.61), ("phone", 0.31), ("tablet", 0.08))
VISITED_FROM = (("direct", 0.38), ("search_engine", 0.27), ("email", 0.22), ("partner", 0.13))
PAYMENTS = (("card", 0.83), ("check", 0.11), ("gift_certificate", 0.06))

ARTICLES = (
    *("jazz_for_beginners", "grammy_winners_1998", "summer_festivals_1998", "how_to_clean_a_cd", "ten_first_operas"),
    *("best_of_1997", "swing_is_back", "a_day_in_nashville", "the_story_of_punk", "soundtracks_of_the_nineties"),
    *("new_in_june", "gifts_for_fathers", "gifts_for_graduates", "box_sets_explained", "women_of_hip_hop"),
)

TAGS = ("search", "sample_played", "wishlist_add", "review_read", "article_shared", "newsletter_signup")
"""Named as the pages' scripts name them."""

SEARCHES = (
    *(style for styles in STYLES.values() for style in styles),
    *(label for labels in LABELS.values() for label in labels),
    *(
        "christmas",
        "Christmas songs",
        "gift certificate",
        "gift wrap",
        "vinyl",
        "import",
        "box set",
        "live",
        "Greatest Hits",
    ),
    *(
        "JAZZ",
        "Bebop",
        "bebob",
        "classicl",
        "Symphonies",
        "sale",
        "new releases",
        "titanic",
        "elvis",
        "mozart",
        "Mozart ",
    ),
)
