<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** The program from its start to the moment when its Xdebug connects, and its signal to pause. */
final class Program
{
    private const ADDRESS = '/tmp/xdebug-dap.sock';

    /** @var ?resource it listens for one connection; null once it has it */
    private $listener;

    private ?int $process = null;
    private string $controlSocket = ''; // how its name begins

    /** @var ?resource */
    private $signal = null;

    public function __construct()
    {
        $this->listener = stream_socket_server('unix://' . self::ADDRESS);
    }

    /** The command of a program with Xdebug loaded: nothing of that is in PHP's configuration. */
    public static function command(array $command): array
    {
        $settings = [
            'zend_extension=xdebug',
            'xdebug.mode=debug',
            'xdebug.start_with_request=yes',
            'xdebug.client_host=unix://' . self::ADDRESS,
            'xdebug.log_level=0', // a process that it forks connects to nobody, and need not say so
        ];
        $options = array_map(fn (string $setting) => "-d$setting", $settings);
        return [array_shift($command), ...$options, ...$command];
    }

    /** @return ?resource */
    public function listener()
    {
        return $this->listener;
    }

    public function begin(int $process): void
    {
        $this->process = $process;
    }

    /** Whether it has ended before it connected: one with a syntax error does. */
    public function hasEnded(): bool
    {
        return $this->listener !== null && $this->process !== null && !posix_kill($this->process, 0);
    }

    /** @throws EngineGone */
    public function connect(\Closure $onNotice): Engine
    {
        $engine = new Engine(stream_socket_accept($this->listener), $onNotice);
        $this->close();
        $init = $engine->receive() ?? throw new EngineGone();
        $this->controlSocket = Engine::controlSocket($init);
        return $engine;
    }

    /** Takes no connection any more. */
    public function close(): void
    {
        fclose($this->listener);
        $this->listener = null;
        unlink(self::ADDRESS);
    }

    /** Has it stand still before the next statement. @throws Refused */
    public function pause(): void
    {
        $this->signal = @stream_socket_client('unix://' . $this->controlAddress());
        if (!$this->signal || !@fwrite($this->signal, 'pause')) {
            throw new Refused('The program can not be paused');
        }
    }

    /** Xdebug gives its socket a name with some bytes behind it that it never set; the kernel knows them. */
    private function controlAddress(): string
    {
        $sockets = (string) file_get_contents('/proc/net/unix');
        $isFound = preg_match('/ (@' . preg_quote($this->controlSocket) . '.*)$/m', $sockets, $found);
        return $isFound ? strtr($found[1], '@', "\0") : throw new Refused('The program can not be paused');
    }
}
