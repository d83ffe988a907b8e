package org.mococxr.events;

/** Events of the family {@code experiments}. */
public sealed interface ExperimentEvent extends Event
    permits ExperimentRequested,
        ExperimentCancelled,
        ExperimentPaused,
        ExperimentResumed,
        ExperimentRetried {}
