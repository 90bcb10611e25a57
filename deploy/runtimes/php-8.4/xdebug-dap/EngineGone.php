<?php

declare(strict_types=1);

namespace XdebugDap;

/** The program, or its end of the connection, has ended. */
final class EngineGone extends \Exception
{
}
