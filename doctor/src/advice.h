/* What to do about a status of the library. */
#ifndef DOCTOR_ADVICE_H
#define DOCTOR_ADVICE_H

#include <palabra.h>

/* Returns a sentence; "" if there is nothing to add to the text of the error. */
const char *advice_for(palabra_status status);

#endif
