//! The index, and the changes of sources that have not come to their end.

use rusqlite::TransactionBehavior;

use super::{Inner, Store};
use crate::error::{Trouble, store_error};
use crate::pending::{self, Pending, PendingId, Unfinished};
use crate::{IndexChanges, IndexKind, IndexTable, StoreError, database, index};

impl Store {
    /// What is known of the files of a kind.
    pub fn index(&self, kind: IndexKind) -> IndexTable {
        self.inner().read(|connection| index::load(connection, kind)).unwrap_or_default()
    }

    /// Changes what is known, all of it or nothing. A store that turned out to be damaged is set aside first. Take the
    /// project's [`Lock`](crate::Lock) before.
    pub fn update_index(&self, changes: &[(IndexKind, IndexChanges)]) -> Result<(), StoreError> {
        if changes.iter().all(|(_, changes)| changes.is_empty()) {
            return Ok(());
        }
        let mut inner = self.inner();
        let mut result = if inner.damaged { Err(Trouble::Damage) } else { inner.write_index(changes) };
        if matches!(result, Err(Trouble::Damage)) {
            inner.replace(self.folder())?;
            *self.traces.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
            result = inner.write_index(changes);
        }
        match result {
            Ok(()) => {
                if let Some(folder) = self.folder() {
                    database::trim_log(&inner.connection, folder);
                }
                Ok(())
            }
            Err(Trouble::Machine(error)) => Err(store_error(error, self.folder())),
            Err(Trouble::Damage) => Err(StoreError::Unreliable),
        }
    }

    /// Notes a change of a source before it is made. When this returns, the note outlives the process.
    pub fn note(&self, change: &Pending) -> Result<PendingId, StoreError> {
        pending::note(self.folder(), change)
    }

    /// The changes that were noted and are not settled, oldest first.
    pub fn pending(&self) -> Result<Vec<Unfinished>, StoreError> {
        pending::read(self.folder())
    }

    /// Forgets a change: it was made, or given up.
    pub fn settle_change(&self, id: PendingId) -> Result<(), StoreError> {
        pending::settle(self.folder(), id)
    }
}

impl Inner {
    fn write_index(&mut self, changes: &[(IndexKind, IndexChanges)]) -> Result<(), Trouble> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        index::write(&transaction, changes)?;
        Ok(transaction.commit()?)
    }
}
