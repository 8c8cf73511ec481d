//! Pages as the tests read them: with the parser of a browser.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};

/// A page, which is well-formed, complete in itself and without anything that runs.
pub(crate) struct PageRead {
    pub(crate) html: Html,
    pub(crate) source: String,
}

impl PageRead {
    /// Parses a page and checks what holds for every one.
    #[track_caller]
    pub(crate) fn of(source: String) -> PageRead {
        let html = Html::parse_document(&source);
        assert!(html.errors.is_empty(), "{:?}\n{source}", html.errors);
        let page = PageRead { html, source };
        page.fetches_nothing();
        page.links_lead_somewhere();
        assert_eq!(page.all("meta[charset='utf-8'], meta[name='viewport'], meta[name='generator']").len(), 3);
        let policy = page.one("meta[http-equiv='Content-Security-Policy']").attr("content");
        assert_eq!(policy, Some("default-src 'none'; style-src 'unsafe-inline'"));
        page
    }

    #[track_caller]
    fn fetches_nothing(&self) {
        for element in self.all("*") {
            let (name, value) = (element.value().name(), element.value());
            let allowed = [
                "html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "article",
                "footer", "h1", "h2", "h3", "p", "div", "span", "strong", "bdi", "code", "pre", "a", "ul", "li", "dl",
                "dt", "dd", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "del", "ins", "svg",
                "desc", "defs", "marker", "polygon", "path", "g", "rect", "text",
            ];
            assert!(allowed.contains(&name), "<{name}>");
            for (attribute, text) in value.attrs() {
                assert!(!attribute.starts_with("on") && !["src", "style", "action"].contains(&attribute), "{value:?}");
                assert!(attribute != "href" || text.starts_with('#'), "{value:?}");
                assert!(!text.contains("url(") || text == "url(#flowport-arrow)", "{value:?}");
            }
        }
        for style in self.all("style") {
            let text: String = style.text().collect();
            assert!(!text.contains("url(") && !text.contains("@import"), "{text}");
        }
    }

    #[track_caller]
    fn links_lead_somewhere(&self) {
        let mut names = HashSet::new();
        for element in self.all("[id]") {
            assert!(names.insert(element.attr("id").unwrap()), "{:?} twice", element.value());
        }
        for link in self.all("a") {
            let to = link.attr("href").unwrap();
            assert!(names.contains(&to[1..]), "{to} leads nowhere");
        }
    }

    #[track_caller]
    pub(crate) fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let parsed = Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"));
        self.html.select(&parsed).collect()
    }

    #[track_caller]
    pub(crate) fn one(&self, selector: &str) -> ElementRef<'_> {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector} in\n{}", self.source);
        found[0]
    }

    /// The text below the first element of that selector; empty where there is none.
    #[track_caller]
    pub(crate) fn text(&self, selector: &str) -> String {
        self.all(selector).first().map(text).unwrap_or_default()
    }

    /// The texts of all elements of that selector.
    #[track_caller]
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).iter().map(text).collect()
    }

    /// The sections, in order.
    pub(crate) fn sections(&self) -> Vec<String> {
        self.all("section").iter().map(|section| section.attr("id").unwrap().to_owned()).collect()
    }
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect()
}
