//! Looking after what is kept: what nothing refers to goes, and the next build does no more for it.

use bds_graph::PageFate;
use bds_graph::upkeep::{self, Removed};
use bds_store::{Store, Sweep};

use crate::lineage::project;
use crate::project::{Project, post_file};

fn store(project: &Project) -> Store {
    Store::open(&project.path(".bds")).unwrap().store
}

#[test]
fn a_sweep_takes_what_belongs_to_pages_that_are_gone_and_costs_nothing() {
    let mut project = project();
    project.build();
    project.edit(&post_file("helped"), "[[helped]] [[listed]]", "No macro.");
    project.remove(&post_file("quoted"));
    project.restart();
    project.build();
    project.restart();

    let removed = upkeep::sweep(&store(&project), 50).unwrap();
    assert!(removed.questions > 0 && removed.entries > 0 && removed.calls > 0, "{removed:?}");
    assert_eq!(upkeep::faults(&store(&project)), [""; 0]);
    assert_eq!(upkeep::sweep(&store(&project), 50).unwrap(), Removed::default(), "then nothing is left to do");

    project.called();
    let built = project.build();
    assert_eq!(project.called(), [""; 0]);
    let made = built.page_fates.iter().filter(|page| !matches!(page.fate, PageFate::Reused | PageFate::Always));
    assert_eq!(made.count(), 0);
    project.post("new", 9, "", "New. [[titled]]");
    project.build();
    assert_eq!(upkeep::faults(&store(&project)), [""; 0], "new questions get along with what is left");
    project.restart();
    assert_eq!(project.build().report(0).files_written, 0);
}

#[test]
fn a_question_that_is_lost_is_found_to_be_missing() {
    let mut project = project();
    project.build();
    project.restart();
    let store = store(&project);
    assert_eq!(upkeep::faults(&store), [""; 0]);
    let kinds = store.inventory().unwrap().kinds.into_iter();
    let shelves = kinds.filter(|holding| holding.kind.contains('/')).map(|holding| bds_store::ShelfChanges {
        remove: if holding.kind.starts_with("questions/") { [5].into() } else { [].into() },
        shelf: holding.kind,
        ..bds_store::ShelfChanges::default()
    });
    store.sweep(&Sweep { shelves: shelves.collect(), unused_for: 50 }).unwrap();
    let faults = upkeep::faults(&store);
    assert!(!faults.is_empty() && faults.iter().all(|fault| fault.contains("that are not there")), "{faults:?}");
}
