using System.Collections;
using System.Reflection;
using System.Text.Json;
using ReuseBench.Core.Wire;

namespace ReuseBench.Core.Tests;

public sealed class WireTests
{
    [Fact]
    public void What_a_swarm_writes_is_the_dialect_that_the_runner_reads()
    {
        LoadDocument document = Filled<LoadDocument>();
        string written = JsonSerializer.Serialize(document, WireJsonWriter.Default.LoadDocument);
        Assert.Equal(JsonSerializer.Serialize(document, WireJson.Default.LoadDocument), written);

        // And nothing is lost on the way.
        LoadDocument read = JsonSerializer.Deserialize(written, WireJson.Default.LoadDocument)!;
        Assert.Equal(written, JsonSerializer.Serialize(read, WireJsonWriter.Default.LoadDocument));
        Assert.Equal(document.AnswersByWorker, read.AnswersByWorker);
        Assert.Equal(document.LatencyP99Us, read.LatencyP99Us);
    }

    [Fact]
    public void What_a_server_writes_is_the_dialect_that_the_runner_reads()
    {
        ServerReady ready = Filled<ServerReady>();
        Assert.Equal(JsonSerializer.Serialize(ready, WireJson.Default.ServerReady), ready.ToJson());
        ServerReady bound = ready with { BacklogEffective = null, Options = [], Pids = [] };
        Assert.Equal(JsonSerializer.Serialize(bound, WireJson.Default.ServerReady), bound.ToJson());
        ServerReady others = ready with { Program = null, ListenersMeant = null };
        Assert.Equal(JsonSerializer.Serialize(others, WireJson.Default.ServerReady), others.ToJson());
        ServerStats stats = Filled<ServerStats>();
        Assert.Equal(JsonSerializer.Serialize(stats, WireJson.Default.ServerStats), JsonSerializer.Serialize(stats, WireJsonWriter.Default.ServerStats));
    }

    [Fact]
    public void A_part_in_a_restart_comes_back_from_its_text()
    {
        Succession next = new()
        {
            Origin = ListenerOrigin.Received,
            TakeFrom = "reusebench-server-1-a",
            RestartTimeoutMs = 70_000,
            Generation = 1,
            Waits = true,
            StartDelayMs = 0.5,
            AcceptDelayMs = 1.5,
            Workers = 4,
            Kept = 2,
            StayMs = 20,
        };
        Succession old = new()
        {
            Release = ListenerRelease.Drain,
            GiveAt = "reusebench-server-1-a",
            RestartTimeoutMs = 3000,
            NextStartsFirst = true,
            Successors = 3,
        };
        Assert.All((Succession[])[next, old, old with { Next = next }, new Succession()], part => Assert.Equal(part, Succession.Parse(part.ToText())));
    }

    [Theory]
    [InlineData("", "succession: '' is none")]
    [InlineData("bind;close", "succession: 'bind;close' is none")]
    [InlineData("dig;close;;;0;0;0;0;0;0;0;0;0;0", "succession: 'dig' is unknown; use one of bind, received, inherited")]
    [InlineData("bind;close;;;soon;0;0;0;0;0;0;0;0;0", "succession: 'soon' is not a number")]
    public void A_text_that_is_no_part_in_a_restart_is_refused_in_one_line(string text, string says) =>
        Assert.StartsWith(says, Assert.Throws<UsageException>(() => Succession.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_signal_of_the_swarm_is_the_dialect_that_the_runner_reads()
    {
        LoadSignal signal = Filled<LoadSignal>();
        Assert.Equal(JsonSerializer.Serialize(signal, WireJson.Default.LoadSignal), JsonSerializer.Serialize(signal, WireJsonWriter.Default.LoadSignal));
    }

    [Fact]
    public void A_figure_that_is_no_number_is_refused_and_not_published() =>
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Serialize(Filled<LoadDocument>() with { ThroughputRps = double.NaN },
            WireJsonWriter.Default.LoadDocument));

    [Theory]
    [InlineData("ROUND 2/5", 2, 5)]
    [InlineData("ROUND 1/1", 1, 1)]
    public void A_round_of_the_micro_benchmarks_is_read_as_it_is_said(string line, int number, int rounds)
    {
        Assert.Equal(new MicroRound(number, rounds), MicroRound.Read(line));
        Assert.Equal(line, MicroRound.Say(number, rounds));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ROUND 2")]
    [InlineData("ROUND x/5")]
    [InlineData("Unhandled exception.")]
    public void Any_other_line_is_no_round(string? line) => Assert.Null(MicroRound.Read(line));

    /// <summary>Every property has a value of its own, so that one that is left out or swapped shows.</summary>
    private static T Filled<T>()
    {
        int next = 1;
        return (T)Value(typeof(T), ref next)!;
    }

    private static object? Value(Type type, ref int next)
    {
        Type inner = Nullable.GetUnderlyingType(type) ?? type;
        if (inner == typeof(string))
        {
            return $"text \"{next++}\" & é";
        }

        if (inner == typeof(bool))
        {
            return true;
        }

        if (inner.IsPrimitive)
        {
            return Convert.ChangeType(inner == typeof(double) ? next++ + 0.125 : next++, inner, System.Globalization.CultureInfo.InvariantCulture);
        }

        if (inner.IsArray)
        {
            Array array = Array.CreateInstance(inner.GetElementType()!, 2);
            array.SetValue(Value(inner.GetElementType()!, ref next), 0);
            array.SetValue(Value(inner.GetElementType()!, ref next), 1);
            return array;
        }

        if (typeof(IDictionary).IsAssignableFrom(inner))
        {
            IDictionary map = (IDictionary)Activator.CreateInstance(inner)!;
            map.Add(Value(inner.GenericTypeArguments[0], ref next)!, Value(inner.GenericTypeArguments[1], ref next));
            return map;
        }

        ConstructorInfo constructor = inner.GetConstructors().OrderBy(c => c.GetParameters().Length).First();
        List<object?> arguments = [];
        foreach (ParameterInfo parameter in constructor.GetParameters())
        {
            arguments.Add(Value(parameter.ParameterType, ref next));
        }

        object made = constructor.Invoke([.. arguments]);
        foreach (PropertyInfo property in inner.GetProperties().Where(p => p.CanWrite && p.GetIndexParameters().Length == 0))
        {
            property.SetValue(made, Value(property.PropertyType, ref next));
        }

        return made;
    }

    [Theory]
    [InlineData("reload hup", "hup", null, 1, null)]
    [InlineData("reload ", null, null, 1, null)]
    [InlineData("reload hup frozen 250", "hup", 250.0, 1, null)]
    [InlineData("reload usr1 times 3 500", "usr1", null, 3, 500.0)]
    [InlineData("reload hup within 5000", "hup", null, 1, null)]
    [InlineData("reload hup frozen 250 within 20000", "hup", 250.0, 1, null)]
    public void An_order_to_reload_is_read_as_it_was_written(string line, string? name, double? frozenMs, int times, double? everyMs)
    {
        ReloadOrder order = ReloadOrder.Parse(line);
        Assert.Equal(
            (name, frozenMs, times, everyMs ?? 0), (order.Name, order.Frozen?.Milliseconds, order.Times, order.Every.Milliseconds));
        Assert.Equal(order, ReloadOrder.Parse(order.ToText()));
        Assert.Equal(line, order.ToText());
    }

    [Theory]
    [InlineData("relaod hup", "is no order; write 'reload NAME'")]
    [InlineData("reload hup twice", "after the name comes 'frozen MS', 'times N MS' or neither, and then 'within MS' or nothing")]
    [InlineData("reload hup frozen 0", "'0' is no time; write milliseconds above 0 up to 10000")]
    [InlineData("reload hup times 11 100", "'11' is no count; write 1 to 10")]
    [InlineData("reload hup within 3600001", "'3600001' is no time; write milliseconds above 0 up to 3600000")]
    public void What_is_no_order_to_reload_is_one_line(string line, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => ReloadOrder.Parse(line)).Message, StringComparison.Ordinal);
}
