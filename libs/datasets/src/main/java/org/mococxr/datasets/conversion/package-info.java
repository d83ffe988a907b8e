/** Other forms of a data set's files: CheXpert's layout, smaller images, trees of links. */
package org.mococxr.datasets.conversion;
