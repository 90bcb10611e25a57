<?php

declare(strict_types=1);

namespace XdebugDap;

/** An answer is too long to be read, or has in it what can't be. */
final class TooMuch extends Refused
{
}
