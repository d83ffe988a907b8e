/** The demonstration: everything, from making the images to asking the served model. */
package org.mococxr.local.demo;
