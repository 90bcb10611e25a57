<?php

/**
 * A debug adapter for PHP: speaks the Debug Adapter Protocol on its own streams, and DBGp with the
 * Xdebug that it has loaded into the program.
 */

declare(strict_types=1);

namespace XdebugDap;

spl_autoload_register(static function (string $class): void {
    [$namespace, $name] = explode('\\', $class) + [1 => ''];
    if ($namespace === __NAMESPACE__) {
        require __DIR__ . "/$name.php";
    }
});

const LOOK_MICROSECONDS = 50_000; // at whether a program that has not connected yet has ended

$client = new Client(STDOUT);
$session = new Session($client);
while (!$session->isOver()) {
    $ready = [STDIN, ...$session->sockets()];
    $none = [];
    stream_select($ready, $none, $none, $session->isWaiting() ? 0 : null, $session->isWaiting() ? LOOK_MICROSECONDS : null);
    foreach ($ready as $stream) {
        if ($stream !== STDIN) {
            $session->hear($stream);
        } elseif (($data = fread(STDIN, 1 << 16)) === '' || $data === false) {
            exit(0);
        } else {
            foreach ($client->feed($data) as $message) {
                $session->take($message);
            }
        }
    }
    $session->look();
}
