<?php

declare(strict_types=1);

namespace XdebugDap;

/** Where a session is. */
enum State
{
    case Starting; // the program is on its way
    case Configuring; // it has connected, and has run nothing yet
    case Running;
    case Stopped;
    case Ended;
}
