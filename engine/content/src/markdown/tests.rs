use proptest::prelude::*;

use super::*;

fn check(markdown: &str, expected: &str) {
    assert_eq!(to_html(markdown), expected, "{markdown}");
}

#[test]
fn html_has_the_shape_of_the_original() {
    check("# A *b*\n\nc\nd", "<h1>A <em>b</em></h1>\n<p>c\nd</p>\n");
    check("a  \nb\\\nc", "<p>a<br>b<br>c</p>\n");
    check("- a\n  - b\n- c", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n");
    check("3. a\n\n4. b", "<ol start=\"3\">\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>\n");
    check("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n");
    check("```rust x=y\n<&>\n```", "<pre><code class=\"language-rust\">&lt;&amp;&gt;\n</code></pre>\n");
    check("    a", "<pre><code>a\n</code></pre>\n");
    check("```\n```", "<pre><code></code></pre>\n");
    check(
        "<div>\n*a*\n\n*b*</div>",
        "<div>\n*a*\n<p><em>b</em></p>\n</div>".replace("</p>\n</div>", "</div></p>\n").as_str(),
    );
    check("![a *b* [c](d)](e f.jpg)", "<p>![a <em>b</em> <a href=\"d\">c</a>](e f.jpg)</p>\n");
    check("![a *b* [c](d)](<e f.jpg> \"t\")", "<p><img src=\"e%20f.jpg\" alt=\"a b c\" title=\"t\"></p>\n");
    check(
        "[a](/ü?x=[1]&y='2' 'T \"q\"')",
        "<p><a href=\"/%C3%BC?x=%5B1%5D&amp;y=&#39;2&#39;\" title=\"T &quot;q&quot;\">a</a></p>\n",
    );
    check(
        "<a@b.org> <https://e.org/ü>",
        "<p><a href=\"mailto:a@b.org\">a@b.org</a> <a href=\"https://e.org/%C3%BC\">https://e.org/ü</a></p>\n",
    );
    check("", "");
}

#[test]
fn tables_have_aligned_cells() {
    check(
        "| a | b |\n|:-:|--:|\n| `x\\|y` |",
        "<table>\n<thead>\n<tr>\n<th align=\"center\">a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody><tr>\n\
         <td align=\"center\"><code>x|y</code></td>\n<td align=\"right\"></td>\n</tr>\n</tbody></table>\n",
    );
    check("| a |\n|---|", "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n");
}

#[test]
fn tasks_are_boxes_where_text_follows() {
    check(
        "- [ ] a\n- [x] **b**",
        "<ul>\n<li><input disabled=\"\" type=\"checkbox\"> a</li>\n\
         <li><input checked=\"\" disabled=\"\" type=\"checkbox\"> <strong>b</strong></li>\n</ul>\n",
    );
    check("- [x]\n- # [ ] a", "<ul>\n<li>[x]</li>\n<li>\n<h1>[ ] a</h1>\n</li>\n</ul>\n");
}

#[test]
fn bare_addresses_are_links() {
    let link = |address: &str| format!("<a href=\"{address}\">{address}</a>");
    let within = |before: &str, after: &str| {
        let html = format!("{before}{}{after}", link("https://e.org/_x_/*y*"));
        check(&format!("{before}https://e.org/_x_/*y*z{after}"), &format!("<p>{}</p>\n", html.replace("*y*", "*y*z")));
    };
    within("a ", " b");
    within("(", ").");
    check("**https://e.org/a_b**:", &format!("<p><strong>{}</strong>:</p>\n", link("https://e.org/a_b")));
    check("**see https://e.org**x", &format!("<p><strong>see {}</strong>x</p>\n", link("https://e.org")));
    check(
        "https://e.org/(a)_b www.c/d_(e)",
        &format!("<p>{} <a href=\"http://www.c/d_(e)\">www.c/d_(e)</a></p>\n", link("https://e.org/(a)_b")),
    );
    check("*see https://e.org*x", &format!("<p><em>see {}</em>x</p>\n", link("https://e.org")));
    check("https://e.org/`a` b", &format!("<p>{} b</p>\n", link("https://e.org/`a`").replacen('`', "%60", 2)));
    check("- www.e.org/x", "<ul>\n<li><a href=\"http://www.e.org/x\">www.e.org/x</a></li>\n</ul>\n");
    check(
        "_me@e.org_ mailto:a@b.c",
        "<p><em><a href=\"mailto:me@e.org\">me@e.org</a></em> <a href=\"mailto:a@b.c\">mailto:a@b.c</a></p>\n",
    );
    check(
        "|a|\n|-|\n|https://e.org/x|",
        &format!(
            "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody><tr>\n<td>{}</td>\n</tr>\n</tbody></table>\n",
            link("https://e.org/x")
        ),
    );
}

#[test]
fn addresses_in_links_and_code_are_text() {
    check("`https://e.org`", "<p><code>https://e.org</code></p>\n");
    check("    https://e.org", "<pre><code>https://e.org\n</code></pre>\n");
    check(
        "[https://e.org](x) https://f.org",
        "<p><a href=\"x\">https://e.org</a> <a href=\"https://f.org\">https://f.org</a></p>\n",
    );
    check("<a href=\"x\">https://e.org</a>", "<p><a href=\"x\">https://e.org</a></p>\n");
    check("<p>https://e.org</p>", "<p>https://e.org</p>\n");
    check("<!-- https://e.org -->", "<!-- https://e.org -->\n");
    check("![https://e.org](x)", "<p><img src=\"x\" alt=\"https://e.org\"></p>\n");
    check("[x]: https://e.org\n\n[x] a@b", "<p><a href=\"https://e.org\">x</a> a@b</p>\n");
    check("[https://e`f g](x) `h", "<p><a href=\"x\">https://e`f g</a> `h</p>\n");
    check("xhttp://e.org a.www.e.org", "<p>xhttp://e.org a.www.e.org</p>\n");
}

#[test]
fn tildes_strike_within_words_too() {
    check("H~2~O ~~a~~ ~b~", "<p>H<del>2</del>O <del>a</del> <del>b</del></p>\n");
    check("~a~b c~d~", "<p><del>a</del>b c<del>d</del></p>\n");
    check("~5 to ~10, `a~b c~d`, a\\~b\\~c", "<p>~5 to ~10, <code>a~b c~d</code>, a~b~c</p>\n");
    check(
        "https://e.org/~me/~you a~b~c",
        "<p><a href=\"https://e.org/~me/~you\">https://e.org/~me/~you</a> a<del>b</del>c</p>\n",
    );
}

#[test]
fn footnotes_stand_at_the_end_with_links_back() {
    let html = to_html_with("a[^N] b[^n] [^x]\n\n[^n]: note\n[^o]: unused\n\nc", Style { footnote_prefix: "p-" });
    let expected = r##"<p>a<sup class="footnote-ref"><a href="#fn-p-1" id="fnref-p-1">1</a></sup> b<sup class="footnote-ref"><a href="#fn-p-1" id="fnref-p-1-2">1</a></sup> [^x]</p>
<p>c</p>
<section class="footnotes">
<ol>
<li id="fn-p-1">
<p>note <a href="#fnref-p-1" class="footnote-backref">↩</a> <a href="#fnref-p-1-2" class="footnote-backref">↩<sup>2</sup></a></p>
</li>
</ol>
</section>
"##;
    assert_eq!(html, expected);
}

#[test]
fn private_use_characters_of_the_text_stay() {
    check("\u{e000}1\u{e000} https://e.org", "<p>\u{e000}1\u{e000} <a href=\"https://e.org\">https://e.org</a></p>\n");
    check("a\0b\n", "<p>a\0b</p>\n");
}

#[test]
fn code_is_found_with_its_delimiters() {
    let text = "ä `a` b\n\n```x\nc\n```\n\n    d\n";
    let code: Vec<_> = code_spans(text).into_iter().map(|span| &text[span.range()]).collect();
    assert_eq!(code, ["`a`", "```x\nc\n```", "d\n"]);
}

#[test]
fn hostile_text_takes_no_more_time_than_its_length() {
    // Quadratic work on these would take minutes.
    for unit in
        ["www.a_b ", "_www.a_b.", "http://", "http://a.b_", "a@", "a@b.", "&a;", "a~b ", "~", "[", "<http://", "*a "]
    {
        to_html(&unit.repeat(1 << 16));
    }
    to_html(&format!("http://e.org/{}", ")".repeat(1 << 18)));
    to_html(&"> ".repeat(1 << 12));
}

proptest! {
    #[test]
    fn nothing_of_our_marks_is_left(
        markdown in "(https?://|www\\.|e\\.org|[a-z]@b\\.c|~{1,3}|\\*{1,2}|_|`|\\[|\\]|\\(|\\)|<a>|</a>|<|>|\\||\n|\n\n|- |\\[\\^1\\]:?|&amp;|\\\\| |ü|[a-z]|!\\[)*",
    ) {
        let html = to_html(&markdown);
        prop_assert!(!html.contains(|character| ('\u{e000}'..='\u{f8ff}').contains(&character)), "{}", html);
    }

    #[test]
    fn any_text_is_a_document(markdown in "\\PC*") {
        to_html(&markdown);
    }

    #[test]
    fn code_spans_are_disjoint_and_in_order(markdown in "(`{1,3}|~~~|\n|\n\n|    |\t|> |- |[a-z]|ü|<!--|-->)*") {
        let mut from = 0;
        for span in code_spans(&markdown) {
            prop_assert!(from <= span.start && markdown.get(span.range()).is_some());
            from = span.end;
        }
    }
}
