/*
 * For cppcheck, which does not read the libraries' headers: loops that are
 * macros there, said in plain C.
 */

#define HASH_ITER(hh, head, el, tmp)                                           \
	for ((el) = (head), (tmp) = (el) != NULL ? (el)->hh.next : NULL;       \
	     (el) != NULL;                                                     \
	     (el) = (tmp), (tmp) = (tmp) != NULL ? (tmp)->hh.next : NULL)

#define json_array_foreach(array, index, value)                                \
	for ((index) = 0; ((value) = json_array_get(array, index)) != NULL;    \
	     (index)++)

#define json_object_foreach(object, key, value)                                \
	for (void *at_ = json_object_iter(object); at_ != NULL &&              \
	     ((key) = json_object_iter_key(at_),                               \
	     (value) = json_object_iter_value(at_)) != NULL;                   \
	     at_ = json_object_iter_next(object, at_))
