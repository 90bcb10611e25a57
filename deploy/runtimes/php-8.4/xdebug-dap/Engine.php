<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** Xdebug's end of DBGp: commands as text, answers as XML, one at a time while the program stands still. */
final class Engine
{
    private const MAX_PACKET_BYTES = 8 << 20; // far above a page of variables
    private const MAX_LENGTH_DIGITS = 20;
    private const CHUNK_BYTES = 1 << 16;
    private const XDEBUG = 'https://xdebug.org/dbgp/xdebug';
    private const NOT_IN_XML = '/[\x00-\x08\x0b\x0c\x0e-\x1f]/';

    private int $transaction = 0;

    /** @var array<string, int> */
    private array $features = [];

    /**
     * @param resource $socket
     * @param \Closure(SimpleXMLElement): void $onNotice is given what it tells unasked
     */
    public function __construct(public readonly mixed $socket, private readonly \Closure $onNotice)
    {
    }

    /**
     * Asks for something that is answered at once.
     *
     * @param array<string, string|int> $options by their letters
     * @throws Refused
     * @throws EngineGone
     */
    public function ask(string $command, array $options = [], ?string $data = null): SimpleXMLElement
    {
        $this->send($command, $options, $data);
        do {
            $answer = $this->receive();
        } while ($answer === null || (int) $answer['transaction_id'] !== $this->transaction);
        if (self::isCut($answer)) {
            throw new TooMuch('There is more of it than can be shown');
        }
        if (isset($answer->error)) {
            throw new Refused(ucfirst((string) $answer->error->message));
        }
        return $answer;
    }

    /**
     * Asks for something that is answered when the program stands still again.
     *
     * @throws EngineGone
     */
    public function send(string $command, array $options = [], ?string $data = null): void
    {
        $words = "$command -i " . ++$this->transaction;
        foreach ($options as $letter => $value) {
            $words .= " -$letter \"" . addcslashes((string) $value, '"\\') . '"';
        }
        $words .= $data === null ? '' : ' -- ' . base64_encode($data);
        if (@fwrite($this->socket, "$words\0") === false) {
            throw new EngineGone();
        }
    }

    /** Sets one of the protocol's features, unless it has this value. */
    public function feature(string $name, int $value): void
    {
        if (($this->features[$name] ?? null) !== $value) {
            $this->ask('feature_set', ['n' => $name, 'v' => $value]);
            $this->features[$name] = $value;
        }
    }

    /**
     * Waits for a packet; returns null if it was a notice, which is passed on.
     *
     * @throws EngineGone
     */
    public function receive(): ?SimpleXMLElement
    {
        $length = (int) stream_get_line($this->socket, self::MAX_LENGTH_DIGITS, "\0");
        $kept = $this->read(min($length, self::MAX_PACKET_BYTES));
        for ($left = $length + 1 - strlen($kept); $left > 0; $left -= self::CHUNK_BYTES) {
            $this->read(min($left, self::CHUNK_BYTES));
        }
        $packet = self::parsed($kept) ?? self::cut($kept);
        if ($packet->getName() !== 'notify') {
            return $packet;
        }
        ($this->onNotice)($packet);
        return null;
    }

    /** What a response says of where the program stands, and why. */
    public static function message(SimpleXMLElement $response): SimpleXMLElement
    {
        return $response->xpath('*[local-name() = "message"]')[0];
    }

    /** The name of the socket that the engine listens on while the program runs. */
    public static function controlSocket(SimpleXMLElement $init): string
    {
        return (string) $init->attributes(self::XDEBUG)->ctrl_socket;
    }

    /** Whether nothing of an answer is left but its attributes. */
    public static function isCut(SimpleXMLElement $answer): bool
    {
        return isset($answer['cut']);
    }

    private function read(int $length): string
    {
        $read = stream_get_contents($this->socket, $length);
        if ($read === false || strlen($read) < $length || feof($this->socket)) {
            throw new EngineGone();
        }
        return $read;
    }

    /** Reads a packet's XML, which says that it is ISO 8859-1 and has the program's bytes in it as they are. */
    private static function parsed(string $xml): ?SimpleXMLElement
    {
        libxml_use_internal_errors(true);
        $xml = str_replace('encoding="iso-8859-1"', 'encoding="UTF-8"', mb_scrub($xml, 'UTF-8'));
        $xml = preg_replace(self::NOT_IN_XML, "\u{FFFD}", $xml);
        $parsed = simplexml_load_string($xml, options: LIBXML_NONET);
        libxml_clear_errors();
        return $parsed ?: null;
    }

    /** Reads the outermost tag alone, of a packet that is too long or has something unreadable in it. */
    private static function cut(string $xml): SimpleXMLElement
    {
        preg_match('/<(?:response|notify|init)\b[^>]*/', $xml, $tag);
        return self::parsed(($tag[0] ?? '<response') . ' cut="1"/>') ?? throw new EngineGone();
    }
}
