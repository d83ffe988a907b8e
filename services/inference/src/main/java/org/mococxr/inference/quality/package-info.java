/** Whether what a model answers still looks like what it was tested on. */
package org.mococxr.inference.quality;
