<?php

declare(strict_types=1);

namespace XdebugDap;

use SimpleXMLElement;

/** Scopes and what is in them, a page at a time, where the program stands still. */
final class Variables
{
    public const SHOWN_BYTES = 1000; // of a text, in a list
    private const EVALUATED_BYTES = 20_000; // of a text that was asked for
    public const PAGE = 100; // of what is in an array or an object
    private const MAX_LISTED = 1000; // when all is asked for
    private const PLACE = '/^(\$[\w\x80-\xff]+|self(?=::))((->|::)[\w\x80-\xff]+|\[-?\d+]|\["([^"\\\\]|\\\\.)*"])*$/';
    private const CLASS_OF_METHOD = '::'; // what holds the properties of the class that a static method is in
    private const LOCALS = 0;
    private const GLOBALS = 1;
    private const CONSTANTS = 2;

    /** @var list<Holder> by reference, from 1 on */
    private array $holders = [];

    public function __construct(private readonly Engine $engine, private readonly Evaluation $evaluation)
    {
    }

    /** @return list<array> */
    public function scopes(int $level): array
    {
        $scopes = [['name' => 'Locals', 'presentationHint' => 'locals', 'expensive' => false]];
        $scopes[0]['variablesReference'] = $this->referTo(new Holder($level, self::LOCALS));
        $globals = $this->referTo(new Holder($level, self::GLOBALS));
        $scopes[] = ['name' => 'Globals', 'variablesReference' => $globals, 'expensive' => true];
        $this->engine->feature('max_depth', 1);
        if (isset($this->engine->ask('context_get', ['c' => self::CONSTANTS])->property)) {
            $constants = $this->referTo(new Holder($level, self::CONSTANTS));
            $scopes[] = ['name' => 'Constants', 'variablesReference' => $constants, 'expensive' => true];
        }
        return $scopes;
    }

    /**
     * @param int $count 0 for all
     * @param string $kind `indexed`, `named`, or empty for both
     * @return list<array>
     * @throws Refused
     */
    public function listed(int $reference, int $start = 0, int $count = 0, string $kind = ''): array
    {
        $holder = $this->holder($reference);
        if (!$holder->holds($kind)) {
            return [];
        }
        if ($holder->context === self::CONSTANTS) {
            $holder = $this->constants($holder->level);
        }
        $properties = $holder->name === '' ? $this->inScope($holder) : $this->inValue($holder, $start, $count);
        $listed = [];
        foreach (array_slice($properties, 0, self::MAX_LISTED) as $property) {
            $name = Literals::name($property);
            $holder->places[$name] = self::place(Literals::text($property, 'fullname'));
            $listed[] = ['name' => $name] + $this->shown($property, $holder);
        }
        $left = $count === 0 ? max($holder->size, count($properties)) - count($listed) : 0;
        return $left > 0 ? [...$listed, self::rest($left)] : $listed;
    }

    /** @throws Refused */
    public function set(int $reference, string $name, string $value): array
    {
        $holder = $this->holder($reference);
        if (!array_key_exists($name, $holder->places)) {
            $this->listed($reference);
        }
        $place = $holder->places[$name] ?? throw new Refused("$name can not be set");
        if ($holder->context === self::GLOBALS) {
            $place = preg_replace('/^\$([\w\x80-\xff]+)/', '$GLOBALS["$1"]', $place);
        }
        $assignment = Expression::of("$place = (" . Expression::of($value)->text . "\n)");
        return self::asResult($this->shown($this->evaluation->value($assignment, $holder->level), null), 'value');
    }

    /** @throws Refused */
    public function evaluate(Expression $expression, int $level): array
    {
        $value = $this->evaluation->value($expression, $level, self::EVALUATED_BYTES);
        return $value === null ? ['result' => '', 'variablesReference' => 0]
            : self::asResult($this->shown($value, null), 'result');
    }

    /** A value by itself, under the name that an answer has for it. */
    private static function asResult(array $shown, string $name): array
    {
        return [$name => $shown['value']] + array_diff_key($shown, ['value' => true]);
    }

    /** @return list<SimpleXMLElement> */
    private function inScope(Holder $scope): array
    {
        $this->engine->feature('max_children', Literals::PREVIEWED + 1);
        $answer = $this->read(1, 'context_get', ['c' => $scope->context, 'd' => $scope->level]);
        $properties = [];
        foreach ($answer->property as $property) {
            $isClass = (string) $property['name'] === self::CLASS_OF_METHOD;
            foreach ($isClass ? $property->property : [$property] as $each) {
                $isOwn = Literals::text($each, 'name') === '$' . Evaluation::RESULTS;
                if ((string) $each['type'] !== 'uninitialized' && !$isOwn) {
                    $properties[] = $each;
                }
            }
        }
        return $properties;
    }

    /** @return list<SimpleXMLElement> */
    private function inValue(Holder $value, int $start, int $count): array
    {
        $end = min($value->size, $start + ($count === 0 ? self::MAX_LISTED : min($count, self::MAX_LISTED)));
        $this->engine->feature('max_children', self::PAGE);
        $properties = [];
        for ($page = intdiv($start, self::PAGE); $page * self::PAGE < $end; ++$page) {
            $where = ['n' => $value->name, 'c' => $value->context, 'd' => $value->level, 'p' => $page];
            foreach ($this->read(2, 'property_get', $where)->property->property as $property) {
                $properties[] = $property;
            }
        }
        return array_slice($properties, $start % self::PAGE, $end - $start);
    }

    /** Reads values with as much of what is in them as a line shows; without that where it is too much. */
    private function read(int $depth, string $command, array $options): SimpleXMLElement
    {
        try {
            $this->engine->feature('max_depth', $depth);
            return $this->engine->ask($command, $options);
        } catch (TooMuch) {
            $this->engine->feature('max_depth', $depth - 1);
            return $this->engine->ask($command, $options);
        }
    }

    /** @param ?Holder $holder null for a value that is kept among the globals */
    private function shown(SimpleXMLElement $property, ?Holder $holder): array
    {
        $size = (string) $property['children'] === '1' ? (int) $property['numchildren'] : 0;
        $fullName = Literals::text($property, 'fullname');
        $place = self::place($fullName);
        $isArray = (string) $property['type'] === 'array';
        $where = [$holder->level ?? 0, $holder->context ?? self::GLOBALS, $fullName, $size, $isArray];
        return [
            'value' => Literals::of($property),
            'type' => Literals::type($property),
            'variablesReference' => $size > 0 ? $this->referTo(new Holder(...$where)) : 0,
        ]
            + ($size > 0 ? [$isArray ? 'indexedVariables' : 'namedVariables' => $size] : [])
            + ($holder?->context === self::LOCALS && $place !== null ? ['evaluateName' => $place] : []);
    }

    /**
     * Constants as an array: the engine does not open what is in them.
     *
     * @throws Refused
     */
    private function constants(int $level): Holder
    {
        $value = $this->evaluation->value(Expression::trusted('get_defined_constants(true)["user"] ?? []'), $level);
        return new Holder($level, self::GLOBALS, Literals::text($value, 'fullname'), (int) $value['numchildren'], true);
    }

    /** What PHP calls a property of the engine's; null where it has no such name, or is a copy. */
    private static function place(string $fullName): ?string
    {
        $isCopy = str_starts_with($fullName, '$' . Evaluation::RESULTS) && !str_contains($fullName, '->');
        $name = str_starts_with($fullName, '::') ? "self$fullName" : $fullName;
        return $isCopy || !preg_match(self::PLACE, $name) ? null : preg_replace('/::(?=\w)/', '::$', $name);
    }

    private static function rest(int $count): array
    {
        return ['name' => '…', 'value' => "$count more", 'variablesReference' => 0];
    }

    private function referTo(Holder $holder): int
    {
        return array_push($this->holders, $holder);
    }

    private function holder(int $reference): Holder
    {
        return $this->holders[$reference - 1] ?? throw new Refused('The program has gone on');
    }
}
