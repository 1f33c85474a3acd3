//! Documents of all clients on their way to the one thread that tags.
//!
//! What waits is bounded by bytes. A batch is what is there when the model is free, of whatever clients; nobody is waited for.
//! Streams, which wait for room instead of being refused, may have half of it, so that they keep nobody else out.

use super::metrics::Metrics;
use super::problem::Problem;
use crate::contain::contained;
use crate::{Document, Error, Tagger};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// What a document costs beside its text.
const BYTES_PER_DOCUMENT: usize = 64;
/// Bytes of text that are tagged together for each token of a batch: some batches, so that each can be of windows of like length.
const BYTES_PER_TOKEN: usize = 32;
/// What is said of a document that the tagger panicked at.
const BUG: &str = "this is a bug: the tagger panicked";

/// A tagged document, or why there is none.
pub(crate) type Tagged = Result<Document, String>;

/// A document that somebody waits for.
struct Work {
    document: Document,
    tagger: Arc<Tagger>,
    answer: oneshot::Sender<Tagged>,
    room: Vec<OwnedSemaphorePermit>,
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    work: UnboundedSender<Work>,
    room: Room,
    streams: Room,
    metrics: Arc<Metrics>,
}

/// A number of bytes that can be taken and given back.
#[derive(Debug, Clone)]
struct Room {
    free: Arc<Semaphore>,
    bytes: u32,
}

impl Room {
    fn new(bytes: usize) -> Room {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX).max(1);
        Room { free: Arc::new(Semaphore::new(bytes as usize)), bytes }
    }

    /// What is taken for so many bytes: never more than there is in all.
    fn share(&self, bytes: usize) -> u32 {
        u32::try_from(bytes).unwrap_or(u32::MAX).min(self.bytes)
    }

    fn taken(&self) -> usize {
        self.bytes as usize - self.free.available_permits().min(self.bytes as usize)
    }

    async fn wait(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.free.clone().acquire_many_owned(self.share(bytes)).await.ok()
    }
}

fn cost(document: &Document) -> usize {
    document.text.len() + BYTES_PER_DOCUMENT
}

impl Queue {
    /// A queue for so many bytes, and the thread that tags what comes; it ends when the last clone of the queue is gone.
    ///
    /// # Errors
    /// A system that gives no thread.
    pub(crate) fn start(
        bytes: usize,
        batch_tokens: usize,
        metrics: Arc<Metrics>,
    ) -> io::Result<(Queue, JoinHandle<()>)> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let at_once = batch_tokens.saturating_mul(BYTES_PER_TOKEN).max(1 << 14);
        let measured = metrics.clone();
        let thread = std::thread::Builder::new().name("tagging".into());
        let thread = thread.spawn(move || tag_all(receiver, at_once, &measured))?;
        Ok((Queue { work: sender, room: Room::new(bytes), streams: Room::new(bytes / 2), metrics }, thread))
    }

    /// Bytes that wait or are being tagged.
    pub(crate) fn waiting(&self) -> usize {
        self.room.taken()
    }

    /// Seconds until what waits is tagged, by the pace there was; at least one.
    pub(crate) fn seconds(&self) -> u64 {
        let pace = self.metrics.bytes_per_second();
        if pace > 0.0 { ((self.waiting() as f64 / pace).ceil() as u64).clamp(1, 60) } else { 1 }
    }

    /// The documents of a request, tagged, in their order.
    ///
    /// # Errors
    /// A queue without room for them.
    pub(crate) async fn tag(&self, documents: Vec<Document>, tagger: &Arc<Tagger>) -> Result<Vec<Tagged>, Problem> {
        let bytes: usize = documents.iter().map(cost).sum();
        let Ok(mut room) = self.room.free.clone().try_acquire_many_owned(self.room.share(bytes)) else {
            self.metrics.refused.inc();
            let waiting = self.waiting();
            return Err(Problem::busy(
                format!(
                    "wanted room for {bytes} bytes in the queue, found {waiting} bytes waiting of {} at most",
                    self.room.bytes
                ),
                self.seconds(),
            ));
        };
        let answers: Vec<_> = documents
            .into_iter()
            .map(|document| {
                let own = room.split(cost(&document).min(room.num_permits()));
                self.put(document, tagger.clone(), own.into_iter().collect())
            })
            .collect();
        let mut tagged = Vec::with_capacity(answers.len());
        for answer in answers {
            tagged.push(answer.await.unwrap_or_else(|_| Err(BUG.into())));
        }
        Ok(tagged)
    }

    /// One document of a stream, as soon as there is room for it.
    pub(crate) async fn put_next(&self, document: Document, tagger: Arc<Tagger>) -> oneshot::Receiver<Tagged> {
        let bytes = cost(&document);
        let stream = self.streams.wait(bytes).await;
        let room = self.room.wait(bytes).await;
        self.put(document, tagger, stream.into_iter().chain(room).collect())
    }

    fn put(
        &self,
        document: Document,
        tagger: Arc<Tagger>,
        room: Vec<OwnedSemaphorePermit>,
    ) -> oneshot::Receiver<Tagged> {
        let (answer, receiver) = oneshot::channel();
        // Where the thread is gone, the answer is, too, which the receiver learns.
        let _ = self.work.send(Work { document, tagger, answer, room });
        receiver
    }
}

/// The thread that tags, until nobody can send it anything any more.
fn tag_all(mut queue: UnboundedReceiver<Work>, at_once: usize, metrics: &Metrics) {
    while let Some(first) = queue.blocking_recv() {
        let mut bytes = cost(&first.document);
        let mut batch = vec![first];
        while bytes < at_once
            && let Ok(more) = queue.try_recv()
        {
            bytes += cost(&more.document);
            batch.push(more);
        }
        // Whoever has left wants no answer.
        batch.retain(|work| !work.answer.is_closed());
        while let Some(first) = batch.first() {
            let tagger = first.tagger.clone();
            let (alike, others) = batch.into_iter().partition(|work| Arc::ptr_eq(&work.tagger, &tagger));
            tag_together(alike, &tagger, metrics);
            batch = others;
        }
    }
}

/// Tags documents together; where that fails, one by one, so that one cannot spoil the others.
fn tag_together(batch: Vec<Work>, tagger: &Tagger, metrics: &Metrics) {
    let begin = Instant::now();
    let mut documents = Vec::with_capacity(batch.len());
    let mut waiting = Vec::with_capacity(batch.len());
    for Work { document, answer, room, .. } in batch {
        documents.push(document);
        waiting.push((answer, room));
    }
    let bytes: usize = documents.iter().map(|document| document.text.len()).sum();
    let together = tag(tagger, &mut documents);
    metrics.tagged(documents.len(), bytes, begin.elapsed());
    for (mut document, (answer, room)) in documents.into_iter().zip(waiting) {
        let tagged = match together {
            Ok(()) => Ok(document),
            Err(_) => tag(tagger, std::slice::from_mut(&mut document)).map(|()| document),
        };
        // Who has an answer finds room for the next question.
        drop(room);
        // Nobody may be waiting any more.
        let _ = answer.send(tagged);
    }
}

fn tag(tagger: &Tagger, documents: &mut [Document]) -> Result<(), String> {
    contained(|| tagger.tag_all(documents))
        .unwrap_or_else(|_| Err(Error::record("", BUG)))
        .map_err(|error| error.place().1)
}
