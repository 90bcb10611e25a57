<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/**
 * Evaluates in any frame, and keeps the values until the program goes on, so that they can be opened.
 *
 * Xdebug's `eval` knows the innermost frame alone, and its values have no name to ask for more of them
 * by. Its `property_set` makes an assignment in any frame: to an array of ours, among the globals.
 */
final class Evaluation
{
    public const RESULTS = '__debugger';
    private const GLOBALS = 1; // the context
    private const KEPT = '$GLOBALS["' . self::RESULTS . '"]["kept"]'; // of the program's own alarm
    private const ALARM = '(static function () {
            ' . self::KEPT . ' = [pcntl_async_signals(true), pcntl_signal_get_handler(SIGALRM), pcntl_alarm(10)];
            pcntl_signal(SIGALRM, fn () => throw new \Error("It took too long, and was broken off"));
        })();';
    private const NO_ALARM = '(static function () {
            [$isAsync, $handler, $seconds] = ' . self::KEPT . ';
            pcntl_alarm($seconds);
            pcntl_signal(SIGALRM, $handler);
            pcntl_async_signals($isAsync);
        })();';

    private int $count = 0;

    public function __construct(private readonly Engine $engine)
    {
    }

    /**
     * @param int $bytes of a text, at most
     * @return ?SimpleXMLElement the value; null for statements, which have none
     * @throws Refused
     */
    public function value(Expression $expression, int $level, int $bytes = Variables::SHOWN_BYTES): ?SimpleXMLElement
    {
        $number = $this->count++;
        $name = sprintf('$GLOBALS["%s"][%d]', self::RESULTS, $number);
        $code = self::asValue($this->names($level)->declared() . self::guarded($expression));
        $answer = $this->engine->ask('property_set', ['n' => $name, 'd' => $level], $code);
        if ((string) $answer['success'] !== '1') {
            throw new Refused('PHP could not finish it');
        }
        $this->engine->feature('max_depth', 2);
        $this->engine->feature('max_children', Variables::PAGE);
        $kept = ['n' => sprintf('$%s[%d]', self::RESULTS, $number), 'c' => self::GLOBALS, 'm' => $bytes];
        $result = $this->engine->ask('property_get', $kept)->property->property[0];
        if ($result !== null && Literals::text($result, 'name') === 'thrown') {
            throw new Refused(Literals::content($result));
        }
        return $result;
    }

    /** PHP that runs other PHP, and is what that returns. */
    public static function asValue(string $code): string
    {
        return sprintf('eval(base64_decode("%s"))', base64_encode($code));
    }

    /** Whether an expression is true for PHP. Raises as `value`. */
    public function holds(Expression $expression, int $level): bool
    {
        $value = $this->value(Expression::trusted("(bool) ({$expression->text}\n)"), $level);
        return $value !== null && Literals::of($value) === 'true';
    }

    /** Has the program know nothing of what was kept. */
    public function forget(): void
    {
        if ($this->count === 0) {
            return;
        }
        $this->count = 0;
        try {
            $this->engine->ask('eval', data: sprintf('(function () { unset($GLOBALS["%s"]); })()', self::RESULTS));
        } catch (Refused) {
            // A destructor has thrown something: what was kept is gone all the same.
        }
    }

    /** What names mean in a frame. */
    private function names(int $level): Names
    {
        $frame = $this->engine->ask('stack_get', ['d' => $level])->stack;
        return Source::of(Paths::path((string) $frame['filename']))->names;
    }

    /** What it throws, and that it does not end, is told as its value. */
    private static function guarded(Expression $expression): string
    {
        $code = $expression->hasValue
            ? "return ['value' => ({$expression->text}\n)];"
            : "{$expression->text}\n; return [];";
        return 'try { ' . self::ALARM . " $code } catch (\\Throwable \$__thrown) {"
            . ' return ["thrown" => $__thrown::class . ": " . $__thrown->getMessage()];'
            . ' } finally { unset($__thrown); ' . self::NO_ALARM . ' }';
    }
}
