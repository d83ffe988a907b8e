/** What GraalVM must be told of our classes before it makes a native program of a service. */
package org.mococxr.images.natives;
