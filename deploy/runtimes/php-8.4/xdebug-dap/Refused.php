<?php

declare(strict_types=1);

namespace XdebugDap;

/** A request can't be done; its message says why. */
class Refused extends \Exception
{
}
