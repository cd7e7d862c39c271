"""What Velocity 1.7 makes of expressions and directives: `tests/velocity` asks the true one the same.

Each row sets `$r`, and `$r` is what it is written as in the end; None where it is never set.
"""

from typing import NamedTuple


class Case(NamedTuple):
    """A row."""

    title: str
    template: str
    result: str | None


def _if(condition: str, before: str = "") -> str:
    return f"{before}#if({condition})#set($r='T')#else#set($r='F')#end"


def _write(text: str, before: str = "") -> str:
    return f'{before}#set($r="{text}")'


_LIST = "#set($l=['a','b'])"
_MAP = "#set($m={'a':1,'b':'x'})"
_TEXT = "#set($s='Abc,d')"

CASES = (
    Case("null is not the empty string", _if("$h.get('x')==''", "#set($h=$input.params().header)"), "F"),
    Case("null equals null", _if("$a==$b"), "T"),
    Case("null differs from a string", _if("$a!=''"), "T"),
    Case("null does not differ from null", _if("$a!=$b"), "F"),
    Case("the empty string is true", _if("$a", "#set($a='')"), "T"),
    Case("nought is true", _if("$a", "#set($a=0)"), "T"),
    Case("an empty list is true", _if("$a", "#set($a=[])"), "T"),
    Case("null is false", _if("$a"), "F"),
    Case("false is false", _if("$a", "#set($a=false)"), "F"),
    Case("a literal is no condition", _if("'a'"), "F"),
    Case("nor is one among others", _if("'a' && true || 1"), "F"),
    Case("nor is a sum", _if("1 + 1"), "F"),
    Case("null is written beside a string", "#set($r='a' + $n)", "a$n"),
    Case("a number equals its digits", _if("1=='1'"), "T"),
    Case("a whole number equals a fraction", _if("1==1.0"), "T"),
    Case("true equals its word", _if("$a=='true'", "#set($a=true)"), "T"),
    Case("a list equals how it is written", _if("'[1]'==[1]"), "T"),
    Case("lists are compared", _if("[1,'a']==[1,'a']"), "T"),
    Case("strings are not ordered", _if("'b' > 'a'"), "F"),
    Case("null is not ordered", _if("$a < 3"), "F"),
    Case("and goes before or", _if("1==1 && 2!=2 || 3==3"), "T"),
    Case("words for operators", _if("1 eq 1 and not false or false"), "T"),
    Case("more words", _if("1 ne 2 and 1 lt 2 and 2 gt 1 and 1 le 1 and 1 ge 1"), "T"),
    Case("not binds tightly", _if("!$a==1", "#set($a=1)"), "F"),
    Case("not twice", _if("!!$a"), "F"),
    Case("parentheses", _if("($a || 'a'=='a') && true"), "T"),
    Case("and does not look further", _if("$a && $a.length() < 3"), "F"),
    Case("or does not look further", _if("$s == 'x' || $s.substring(9)", "#set($s='x')"), "T"),
    Case("times goes before plus", "#set($r=2+3*4)", "14"),
    Case("from left to right", "#set($r=20 - 5 - 3)", "12"),
    Case("division goes towards zero", "#set($r=-7/2)", "-3"),
    Case("a remainder has the sign of what is divided", "#set($r=-7%2)", "-1"),
    Case("division by zero is null", "#set($r=1/0)", None),
    Case("fractions", "#set($r=1.5+1)", "2.5"),
    Case("a fraction that is whole", "#set($r=3.0)", "3.0"),
    Case("a string and a number", "#set($r='a'+1)", "a1"),
    Case("a number and a string", "#set($r=1+'a')", "1a"),
    Case("a string times a number", "#set($r='a'*2)", None),
    Case("a truth as a value", "#set($r=1==1)", "true"),
    Case("and as a value", "#set($r=$a && true)", "false"),
    Case("not as a value", "#set($r=!$a)", "true"),
    Case("null leaves the old value", "#set($r='old')#set($r=$a)", "old"),
    Case("null leaves the old element", "#set($m={'a':'1'})#set($m.a=$n)#set($r=$m.a)", "1"),
    Case("nothing is set on null", "#set($n.a='1')#set($r='x')", "x"),
    Case("a quote is doubled", "#set($r='a''b')", "a'b"),
    Case("a double quote is doubled", '#set($r="a""b")', 'a"b'),
    Case("a backslash in single quotes", r"#set($r='a\nb\.c\\d')", r"a\nb\.c\\d"),
    Case("a backslash in double quotes", r'#set($r="a\nb\.c\\d")', r"a\nb\.c\\d"),
    Case("single quotes are not read", "#set($r='cost $5 #1 $a #if')", "cost $5 #1 $a #if"),
    Case("a dollar at the end", _write("ab$"), "ab$"),
    Case("dollars that name nothing", _write("a$.b$1c $$ $#"), "a$.b$1c $$ $#"),
    Case("a dollar before a reference", _write("$$a $#a", "#set($a='x')"), "$x $#a"),
    Case("hashes that direct nothing", _write("#ff0000 a#b # "), "#ff0000 a#b # "),
    Case("what is null is written as it stands", _write("a${n}b$!{n}c$n.x.y d$!n.x() e"), "a${n}bc$n.x.y d e"),
    Case("a directive in a string", _write("q#if($a=='x')yes#{else}no#end", "#set($a='x')"), "qyes"),
    Case("names end where they end", _write("${a}.b $a.b $a.b() $a.", "#set($a='x')"), "x.b $a.b $a.b() x."),
    Case("names with underscores", _write("$_a", "#set($_a='x')"), "x"),
    Case("names with hyphens", _write("$a-b $a-bc", "#set($a-b='x')"), "x $a-bc"),
    Case("keys with hyphens", _write("$m.a-b", "#set($m={'a-b':'1'})"), "1"),
    Case("names are case-sensitive", _write("$s $S", "#set($S='a')"), "$s a"),
    Case("a backslash hides a dollar", _write(r"\$a", "#set($a='x')"), "$a"),
    Case("a list is written", _write("$l", "#set($l=['a',1,true,$n])"), "[a, 1, true, null]"),
    Case("a map is written", _write("$m", "#set($m={'a':1,'b':$n})"), "{a=1, b=null}"),
    Case(
        "a map's methods",
        _write("$m.a $m['b'] $m.get('a') $m.size() $m.isEmpty() $m.containsKey('a') $m.containsValue('x')", _MAP),
        "1 x 1 2 false true true",
    ),
    Case("a map's parts", _write("$m.keySet() $m.values() $m.entrySet()", _MAP), "[a, b] [1, x] [a=1, b=x]"),
    Case("a map has no attributes", _write("$m.empty", _MAP), "$m.empty"),
    Case("a missing key is null", _write("$m.get('z') $m.z $!m.z", _MAP), "$m.get('z') $m.z "),
    Case("a default", _write("$m.getOrDefault('z','d')", _MAP), "d"),
    Case("a map is set", _write("$m", "#set($m={})#set($m.a='1')#set($m['b']='2')"), "{a=1, b=2}"),
    Case("a map is changed", _write("$!m.put('c',1)$m.remove('a')$m", _MAP), "1{b=x, c=1}"),
    Case("maps are joined", _write("$!m.putAll({'c':2})$m$!m.clear()$m", _MAP), "{a=1, b=x, c=2}{}"),
    Case(
        "a list's methods",
        _write("$l[1]$l.get(0)$l.size()$l.isEmpty()$l.empty$l.contains('a')$l.indexOf('b')", _LIST),
        "ba2falsefalsetrue1",
    ),
    Case("a list from its end", _write("$l[-1]", _LIST), "b"),
    Case("an element by a name", "#set($l=['a','b'])#set($i=1)#set($r=$l[$i])", "b"),
    Case(
        "a list is changed", _write("$l.add('c')$l$l.remove(0)$l$l.set(0,'z')$l", _LIST), "true[a, b, c]a[b, c]b[z, c]"
    ),
    Case("an element is set", _write("$l", _LIST + "#set($l[0]='z')"), "[z, b]"),
    Case("an element of a value is set", _write("$m", "#set($m={'a':['x']})#set($m.a[0]='y')"), "{a=[y]}"),
    Case("a value of an element is set", _write("$l", "#set($l=[{'a':1}])#set($l[0].a=2)"), "[{a=2}]"),
    Case("a key of a key is set", _write("$m", "#set($m={'a':{}})#set($m['a']['b']='c')"), "{a={b=c}}"),
    Case(
        "a value of what a method gives is set", _write("$m", "#set($m={'a':{}})#set($m.get('a').b='c')"), "{a={b=c}}"
    ),
    Case(
        "an element is put between",
        _write("$!l.add(1,'z')$l$l.remove('a')$l.remove('q')$l", _LIST),
        "[a, z, b]truefalse[z, b]",
    ),
    Case("lists are joined", _write("$l.addAll(['c'])$l$!l.clear()$l", _LIST), "true[a, b, c][]"),
    Case(
        "things in things", _write("$m.a.b[1] $m.a.b.get(0) ${m.a.b.size()}", "#set($m={'a':{'b':['x','y']}})"), "y x 2"
    ),
    Case(
        "a string's methods",
        _write(
            "$s.length() $s.toLowerCase() $s.toUpperCase() $s.substring(1) $s.substring(1,2) $s.indexOf('c')", _TEXT
        ),
        "5 abc,d ABC,D bc,d b 2",
    ),
    Case(
        "more of a string's methods",
        _write("$s.replace('b','x') $s.isEmpty() $s.empty $s.concat('!') $s.charAt(1) $s.lastIndexOf('d')", _TEXT),
        "Axc,d false false Abc,d! b 4",
    ),
    Case(
        "a string is compared",
        _write("$s.equals('Abc,d') $s.equalsIgnoreCase('ABC,D') $s.equals($n) $s.compareTo('B')", _TEXT),
        "true true false -1",
    ),
    Case(
        "a string is searched",
        _write(
            "$s.contains('bc') $s.startsWith('Ab') $s.startsWith('bc',1) $s.endsWith(',d') $s.indexOf('c',3)", _TEXT
        ),
        "true true true true -1",
    ),
    Case("a string is trimmed", _write("[$s.trim()]", "#set($s='  a b ')"), "[a b]"),
    Case("a string matches as a whole", _write("$s.matches('a')$s.matches('.a.')", "#set($s='xay')"), "falsetrue"),
    Case("digits of the pattern are ASCII's", _if(r"$s.matches('\d')", "#set($s='٣')"), "F"),
    Case("a quoted pattern", _if(r"$s.matches('\Qa.b\E.*')", "#set($s='a.bc')"), "T"),
    Case("a named group", _if(r"$s.matches('(?<x>a)\k<x>')", "#set($s='aa')"), "T"),
    Case("groups in a replacement", "#set($s='abc')#set($r=$s.replaceAll('(b)','[$1]'))", "a[b]c"),
    Case("the first is replaced", "#set($s='abcb')#set($r=$s.replaceFirst('b','-'))", "a-cb"),
    Case("a backslash in a replacement", r"#set($s='abc')#set($r=$s.replaceAll('b','\$1\\'))", r"a$1\c"),
    Case("a string is split", _write("$s.split(',').size() $s.split(',')[0] $s.split(',').get(1)", _TEXT), "2 Abc d"),
    Case("empty parts at the end are dropped", _write("$s.split(',').size()", "#set($s='a,,b,,')"), "3"),
    Case("nothing but separators", _write("$s.split(',').size()", "#set($s=',,')"), "0"),
    Case("nothing to split", _write("$s.split(',').size()", "#set($s='')"), "1"),
    Case("split into so many", _write("$s.split(',',2)[1]", "#set($s='a,b,c')"), "b,c"),
    Case("split at each character", _write("$s.split('').size()", "#set($s='abc')"), "3"),
    Case("split by a pattern", _write(r"$s.split('\.').size()$s.split('.').size()", "#set($s='a.b')"), "20"),
    Case("a method that is not there", _write("$s.nope()x", _TEXT), "$s.nope()x"),
    Case(
        "a method of another kind",
        _write("$s.substring('x') $s.contains(1)", _TEXT),
        "$s.substring('x') $s.contains(1)",
    ),
    Case(
        "a number's methods",
        _write("$n.toString() $n.intValue() $n.equals(5) $n.compareTo(4)", "#set($n=5)"),
        "5 5 true 1",
    ),
    Case("digits become a number", "#set($n=5)#set($r=$n.parseInt('42')+1)", "43"),
    Case("methods of methods", "#set($s='A-B')#set($r=$s.toLowerCase().split('-').get(1).length())", "1"),
    Case(
        "a loop",
        '#foreach($i in [1..3])#set($r="$!r$i$foreach.index$foreach.count$velocityCount$foreach.hasNext;")#end',
        "1011true;2122true;3233false;",
    ),
    Case("a loop goes down", '#foreach($i in [3..1])#set($r="$!r$i")#end', "321"),
    Case("a loop to a name", '#set($n=3)#foreach($i in [1..$n])#set($r="$!r$i")#end', "123"),
    Case(
        "a loop over a map goes over its values", "#set($m={'a':1,'b':2})#foreach($i in $m)#set($r=\"$!r$i\")#end", "12"
    ),
    Case(
        "a loop over keys",
        "#set($m={'a':1,'b':2})#foreach($k in $m.keySet())#set($r=\"$!r$k$m.get($k)\")#end",
        "a1b2",
    ),
    Case(
        "a loop over entries",
        "#set($m={'a':1})#foreach($e in $m.entrySet())#set($r=\"$e.key=$e.value $e.getKey() $e.getValue()\")#end",
        "a=1 a 1",
    ),
    Case("a loop over a string does nothing", "#set($r='-')#foreach($i in 'abc')#set($r=\"$!r$i\")#end", "-"),
    Case("a loop over null does nothing", "#set($r='-')#foreach($i in $n)#set($r=\"$!r$i\")#end", "-"),
    Case("a loop's name ends with it", '#foreach($i in [1..3])#end#set($r="$i$foreach.index")', "$i$foreach.index"),
    Case("a loop gives back its name", "#set($i='z')#foreach($i in [1..3])#end#set($r=$i)", "z"),
    Case(
        "loops in loops",
        "#foreach($i in [1..2])#foreach($j in [1..2])"
        '#set($r="$!r$foreach.index$foreach.parent.index;")#end#set($r="$r$foreach.index|")#end',
        "00;10;0|01;11;1|",
    ),
    Case("a loop is broken off", '#foreach($i in [1..5])#if($i==3)#break#end#set($r="$!r$i")#end#set($r="$r.")', "12."),
    Case("elseif", "#if(false)#elseif(true)#set($r='b')#else#set($r='c')#end", "b"),
    Case("else in braces", "#if(false)#{elseif}(false)#{else}#set($r='c')#{end}", "c"),
    Case("directives in braces", "#{if}(true)#{foreach}($i in [1])#{set}($r='a')#{end}#{end}", "a"),
    Case("a comment at the end of a line", "## #set($r='x')\n#set($r='ok')", "ok"),
    Case("a comment between", "#* #set($r='x') *##set($r='ok')", "ok"),
    Case("raw text", "#[[ #set($r='x') ]]##set($r='ok')", "ok"),
    Case("a macro", "#macro(foo $x $y)#set($r=\"$x$y\")#end#foo('q' 'w')", "qw"),
    Case("a block", "#define($d)hey$q#end#set($q='1')#set($r=\"$d\")", "hey1"),
    Case("evaluated text", "#set($q='$')#evaluate('#set($r=1)')", "1"),
    Case("a directive that is not there", "#nope('x')#set($r='a')", "a"),
)
"""Rows that hold for both engines."""

WRITTEN = (
    Case("text", "a $r.b c", "a $r.b c"),
    Case("text beside a value", '#set($x=1)$x+1 $x. ($x) [$x] "$x"', '1+1 1. (1) [1] "1"'),
    Case("a list of JSON", '{"a":[#foreach($i in [1,2])"$i"#if($foreach.hasNext),#end#end]}', '{"a":["1","2"]}'),
    Case("raw text is written", "#[[ $x #if ]]#", " $x #if "),
    Case("a macro that is not there", "#nope('x')", "#nope('x')"),
    Case("JSON's braces and quotes", '{"a": {"b": "c\\"d"}, "e": "$n"}', '{"a": {"b": "c\\"d"}, "e": "$n"}'),
)
"""What templates write themselves."""

FAILING = (
    Case("an element that is not there", "#set($l=['a'])$l.get(5)", None),
    Case("an index that is not there", "#set($l=['a'])$l[5]", None),
    Case("a part that is not there", "#set($s='a')$s.substring(9)", None),
    Case("null for a string's method", "#set($s='a')$s.contains($n)", None),
    Case("the word null", "#if($a == null)#end", None),
    Case("an if without an end", "#if($a)", None),
    Case("a loop without an end", "#foreach($i in [1])", None),
    Case("an end without a beginning", "a#end", None),
    Case("an end within a string", '#set($r="a#end")', None),
    Case("an assignment as a condition", "#if($r=1)#end", None),
    Case("a method of a literal", "#if('abc'.equals('abc'))#end", None),
    Case("a set without a name", "#set('a'='b')", None),
    Case("a calculation as an argument", "#set($l=['a','b'])$l.get(0 + 1)", None),
    Case("a default of a younger Velocity", "${a|'b'}", None),
    Case("a pattern that is none", "#set($s='a')$s.matches('(')", None),
)
"""What API Gateway answers with 500."""
