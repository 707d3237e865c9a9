package dev.replicator.server.replication;

import java.util.Optional;

/**
 * A document that asks for a replication, and what became of it. There are no credentials in it.
 *
 * @param state in CouchDB's words: initializing, error, running, pending, crashing, completed, failed
 * @param job where it has one
 * @param jobId where it has, or had, or will have one
 * @param source its address, where the document names one
 * @param target its address, where the document names one
 * @param info JSON, where there is something to say and the job does not say it
 * @param errors failures in a row
 * @param updated when it came to this
 * @param started when it began
 */
public record DocumentStatus(
        DocumentKey key,
        String state,
        Optional<JobStatus> job,
        Optional<String> jobId,
        Optional<String> source,
        Optional<String> target,
        Optional<String> info,
        int errors,
        Optional<String> updated,
        Optional<String> started) {}
