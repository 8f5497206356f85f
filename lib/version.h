#ifndef LIB_VERSION_H
#define LIB_VERSION_H

/* What every program says of itself at -V. */
#define SUNWATCH_VERSION "0.1"

#endif
