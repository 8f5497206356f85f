#ifndef LIB_DESCRIPTORS_H
#define LIB_DESCRIPTORS_H

/*
 * descriptors: as many as we may have.  The usual 1,024 are fewer than the
 * connections that our listeners, or a round of probes, may want; we use no
 * select(), for whose sake they are so few.  The manager may not let us.
 */
void descriptors_raise(void);

#endif
