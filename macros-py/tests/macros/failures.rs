//! How failures are told: the key, the place, the message.

use bds_macro_api::FailureKind;

use super::hostile::{check, places, project};

#[test]
fn a_bad_result_names_the_key() {
    let project = project();
    for (returned, message) in [
        ("None", "`render` returned None; it must return a dict with `html`"),
        ("[1]", "`render` returned a value of type list; it must return a dict with `html`"),
        ("{'data': {}}", "the result has no `html`"),
        ("{'html': 5}", "`html` must be a str, not a value of type int"),
        ("{'html': None}", "`html` must be a str, not None"),
        ("{'html': '\\ud800'}", "`html` holds a lone surrogate, which no text file can"),
        ("{'html': '', 'data': [1]}", "`data` must be a dict, not a value of type list"),
        ("{'html': '', 'data': {'a': [0, {1}]}}", "`data.a[1]` is a set, which is no JSON"),
        ("{'html': '', 'data': {1: 2}}", "`data` has the key 1, which is no string"),
        ("{'html': '', 'data': {'x': float('nan')}}", "`data.x` is no finite number"),
        ("{'html': '', 'data': {'x': 2**64}}", "`data.x` is a whole number of more than 64 bits"),
        ("{'html': '', 'data': {'a': {'b': [{'c': float('inf')}]}}}", "`data.a.b[0].c` is no finite number"),
        ("{'html': '', 'data': {'a': {('b',): 1}}}", "`data.a` has the key ('b',), which is no string"),
        ("{'html': '', 'data': {'a': '\\udc80'}}", "`data.a` holds a lone surrogate, which no text file can"),
        ("{'html': '', 'data': {'\\udc80': 1}}", "`data` holds a lone surrogate, which no text file can"),
        ("{'html': '', 'data': {'a': 1j}}", "`data.a` is a complex, which is no JSON"),
        ("{'html': '', 'data': 'x'}", "`data` must be a dict, not a value of type str"),
        ("{'html': '', 'warnings': {'x': 1}}", "`warnings` must be a list of str, not a value of type dict"),
        ("{'html': '', 'warnings': 'x'}", "`warnings` must be a list of str, not a value of type str"),
        ("{'html': '', 'warnings': ['x', 1]}", "`warnings[1]` must be a str, not a value of type int"),
    ] {
        let failure = project.call(&format!("def render(context, post):\n    return {returned}\n")).result;
        let failure = failure.expect_err(returned);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::BadResult, message), "{returned}");
    }
    let own = "def render(context, post):\n    x = {}\n    x['x'] = x\n    return {'html': '', 'data': x}\n";
    assert!(project.call(own).result.expect_err("a loop").message.ends_with("nests too deep, or contains itself"));
}

#[test]
fn an_entry_point_must_be_there_and_take_two_arguments() {
    let project = project();
    for (source, message) in [
        ("x = 1\n", "the script has no function `render`: it must define `def render(context, post)`"),
        ("def rendr(context, post): pass\n", "the script has no function `render`; did you mean `rendr`?"),
        ("render = 5\n", "`render` is a value of type int, not a function: it must be `def render(context, post)`"),
        (
            "def render(context):\n    pass\n",
            "`render` must take two arguments, (context, post): \
             render() takes 1 positional argument but 2 were given",
        ),
    ] {
        let failure = project.call(source).result.expect_err(source);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Entrypoint, message), "{source}");
    }
    let failure = project.call("\ndef render(): pass\n").result.expect_err("wrong arity");
    assert_eq!(places(&failure), ["scripts/sample.py:2 render"]);
    let inside = "def render(context, post):\n    len()\n";
    assert_eq!(project.call(inside).result.expect_err("it raises").kind, FailureKind::Raised);
}

#[test]
fn a_syntax_error_has_line_and_column_each_time() {
    let project = project();
    for _ in 0..2 {
        let failure = project.call("x = 1\ny = = 2\n").result.expect_err("no Python");
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::Syntax, "SyntaxError: invalid syntax"));
        let frame = &failure.frames[0];
        assert_eq!((frame.file.as_str(), frame.line, frame.column), ("scripts/sample.py", 2, Some(5)));
    }
    let failure = project.call("def render(context, post):\n    eval('1 +')\n").result.expect_err("it raises");
    assert_eq!(failure.kind, FailureKind::Raised, "the text that is no Python is not the script");
    let failure = project.call("x = '\0'\n").result.expect_err("no Python");
    assert!(matches!(failure.kind, FailureKind::Syntax | FailureKind::Raised), "{failure:?}");
}

#[test]
fn messages_cannot_move_the_cursor() {
    let body = "raise ValueError('\\x1b[2Jred\\r\\n\\x00\\x9b end' + 'x' * 100000)";
    let failure = check(body, FailureKind::Raised, "ValueError: \\u{1b}[2Jred\\r\\n\\u{0}\\u{9b} end");
    assert!(failure.message.len() < 2100);
    assert!(!failure.traceback.expect("there is one").contains('\u{1b}'));
}

#[test]
fn an_error_that_cannot_be_shown_is_still_told() {
    let body = "class Odd(Exception):\n    def __str__(self): raise RuntimeError\nraise Odd";
    check(body, FailureKind::Raised, "Odd: <its message cannot be shown>");
    let body = "class Slow(Exception):\n    def __str__(self):\n        while True: pass\nraise Slow";
    check(body, FailureKind::Timeout, "200 ms");
}

#[test]
fn columns_are_counted_in_characters() {
    let project = project();
    let failure = project.call("def render(context, post):\n    'füße'; 1 / 0\n").result.expect_err("it raises");
    assert_eq!(failure.message, "ZeroDivisionError: division by zero");
    let column = failure.frames[0].column;
    assert!(column == Some(13) || column.is_none(), "{column:?}");
}
