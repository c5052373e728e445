using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NATS.NKeys;
using ReuseBench.Cluster;

namespace ReuseBench.ClusterTests.Lab;

/// <summary>
/// Speaks to nats-server word by word, as somebody would who has stolen a key: its answer to each is seen, where a client library hides it.
/// </summary>
internal sealed class EngineTalk : IDisposable
{
    private const int LimitMs = 60_000;

    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly StreamReader _reader;

    private EngineTalk(TcpClient client, Stream stream)
    {
        _client = client;
        _stream = stream;
        _reader = new StreamReader(stream, Encoding.ASCII);
    }

    /// <summary>Up to the server's answer to CONNECT.</summary>
    /// <param name="port">Of the engine, on 127.0.0.1.</param>
    /// <param name="shown">Certificate and key; null shows none.</param>
    /// <param name="seed">Of the nkey; null shows none.</param>
    /// <returns>The connection, and <c>+OK</c> or what it was refused with.</returns>
    /// <exception cref="IOException">The handshake of TLS was refused.</exception>
    public static (EngineTalk Talk, string Answer) Connect(int port, Credentials? shown, string? seed)
    {
        TcpClient client = new("127.0.0.1", port) { ReceiveTimeout = LimitMs, SendTimeout = LimitMs };
        try
        {
            // Byte by byte: what follows the line is TLS.
            StringBuilder info = new();
            while (client.GetStream().ReadByte() is >= 0 and not '\n' and int letter)
            {
                info.Append((char)letter);
            }

            string nonce = $"{JsonNode.Parse($"{info}"["INFO ".Length..])!["nonce"]}";
            // Whom the engine lets in is tried here, not whom a client trusts.
            SslStream tls = new(client.GetStream(), false, (_, certificate, _, _) => certificate is not null) { ReadTimeout = LimitMs, WriteTimeout = LimitMs };
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificates = shown is null ? null : [X509Certificate2.CreateFromPem(shown.Cert, shown.Key)],
            });
            EngineTalk talk = new(client, tls);
            JsonObject connect = new() { ["verbose"] = true, ["pedantic"] = false, ["protocol"] = 1, ["lang"] = "test", ["version"] = "0" };
            if (seed is not null)
            {
                KeyPair pair = KeyPair.FromSeed(seed);
                byte[] signature = new byte[64];
                pair.Sign(Encoding.ASCII.GetBytes(nonce), signature);
                connect["nkey"] = pair.GetPublicKey();
                connect["sig"] = Convert.ToBase64String(signature).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            }

            return (talk, talk.Ask($"CONNECT {connect.ToJsonString()}"));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a line and gives the server's answer to it; <c>gone</c> where it closed the connection without a word.</summary>
    public string Ask(string line)
    {
        try
        {
            _stream.Write(Encoding.ASCII.GetBytes(line + "\r\n"));
            while (_reader.ReadLine() is { } answer)
            {
                if (answer == "PING")
                {
                    _stream.Write("PONG\r\n"u8);
                }
                else if (!answer.StartsWith("INFO ", StringComparison.Ordinal))
                {
                    return answer;
                }
            }
        }
        catch (IOException)
        {
            // Said below.
        }

        return "gone";
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }
}
