/** What a data set holds, for people to read. */
package org.mococxr.datasets.inspection;
