<?php

declare(strict_types=1);

namespace XdebugDap;

/** The client's end of the Debug Adapter Protocol: frames on a stream. */
final class Client
{
    private const SEPARATOR = "\r\n\r\n";

    private string $unread = '';
    private int $number = 0;

    /** @param resource $output */
    public function __construct(private $output)
    {
    }

    /** @return iterable<array<string, mixed>> the messages that are whole now */
    public function feed(string $data): iterable
    {
        $this->unread .= $data;
        while (($head = strpos($this->unread, self::SEPARATOR)) !== false) {
            $begin = $head + strlen(self::SEPARATOR);
            $length = (int) preg_replace('/.*content-length:\s*/is', '', substr($this->unread, 0, $head));
            if (strlen($this->unread) < $begin + $length) {
                return;
            }
            $content = substr($this->unread, $begin, $length);
            $this->unread = substr($this->unread, $begin + $length);
            yield json_decode($content, true, flags: JSON_THROW_ON_ERROR);
        }
    }

    /** @param array<string, mixed> $body */
    public function answer(array $request, array $body = []): void
    {
        $this->send('response', self::about($request) + ['success' => true, 'body' => $body ?: (object) []]);
    }

    public function refuse(array $request, string $why): void
    {
        $this->send('response', self::about($request) + ['success' => false, 'message' => $why]);
    }

    /** @param array<string, mixed> $body */
    public function tell(string $event, array $body = []): void
    {
        $this->send('event', ['event' => $event, 'body' => $body ?: (object) []]);
    }

    /** @param array<string, mixed> $arguments */
    public function ask(string $command, array $arguments): void
    {
        $this->send('request', ['command' => $command, 'arguments' => $arguments]);
    }

    private static function about(array $request): array
    {
        return ['request_seq' => $request['seq'], 'command' => $request['command']];
    }

    private function send(string $type, array $fields): void
    {
        $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;
        $fields = ['seq' => ++$this->number, 'type' => $type] + $fields;
        $content = json_encode($fields, $flags | JSON_THROW_ON_ERROR);
        fwrite($this->output, 'Content-Length: ' . strlen($content) . self::SEPARATOR . $content);
    }
}
