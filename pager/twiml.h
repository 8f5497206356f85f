#ifndef PAGER_TWIML_H
#define PAGER_TWIML_H

/*
 * twiml: answers in Twilio's markup.  Whatever a text holds, it is text
 * there; what XML cannot carry is made plain.  The caller's to free.
 */

char *twiml_message(const char *text); /* NULL or "": says nothing */

#endif
