/**
 * Synthetic frontal chest X-rays with a controllable pleural effusion, in CheXpert's folder and CSV
 * format, for demonstrations and tests where no real data may be used. Everything is a function of
 * the seed; no real image went into it. {@link org.mococxr.datasets.phantom.PhantomGenerator} says
 * what the pictures resemble and what they do not.
 */
package org.mococxr.datasets.phantom;
