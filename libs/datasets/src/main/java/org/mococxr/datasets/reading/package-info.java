/**
 * One reader for each format that data sets come in, and what they share: which format it is, what
 * columns mean, which row belongs to which picture, and who the patients are.
 */
package org.mococxr.datasets.reading;
