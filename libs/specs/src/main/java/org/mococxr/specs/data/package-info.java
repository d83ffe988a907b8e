/** Options of the data: where the images are, how they are read, divided and labelled. */
package org.mococxr.specs.data;
