/** Manifests: the CSV files in CheXpert's columns that runs read. */
package org.mococxr.datasets.manifest;
