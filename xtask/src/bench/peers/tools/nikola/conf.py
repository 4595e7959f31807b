BLOG_AUTHOR = "The Gardener"
BLOG_TITLE = "Weather"
SITE_URL = "https://weather.example/"
BLOG_EMAIL = "gardener@weather.example"
BLOG_DESCRIPTION = "Weather"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
TIMEZONE = "UTC"
THEME = "base-jinja"
COMMENT_SYSTEM = ""
NAVIGATION_LINKS = {"en": ()}

POSTS = (("posts/*.md", "", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": (".md",)}
MARKDOWN_EXTENSIONS = ["markdown.extensions.fenced_code"]
PRETTY_URLS = True
TAG_PATH = "tag"
CATEGORY_PATH = "category"
CATEGORY_PREFIX = ""
TAG_PAGES_ARE_INDEXES = True
CATEGORY_PAGES_ARE_INDEXES = True
INDEX_DISPLAY_POST_COUNT = 50
INDEXES_STATIC = False
GENERATE_ATOM = False
FEED_LENGTH = 20
TAXONOMY_FEEDS = False
DISABLE_INDEXES_FEEDS = False
SHOW_SOURCELINK = False
COPY_SOURCES = False
USE_BUNDLES = False
DISABLED_PLUGINS = [
    "render_authors", "classify_authors", "render_archive", "classify_archive", "render_galleries", "render_listings",
    "scale_images", "robots", "copy_assets", "create_bundles", "redirect", "classify_page_index", "gzip",
]
