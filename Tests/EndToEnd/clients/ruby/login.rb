# A web app that logs its users in with OmniAuth, as GitLab, Mastodon and Discourse do.
# Its configuration stands in the environment: ISSUER, CLIENT_ID, CLIENT_SECRET, HOME_URL; METHOD is basic or body.
require "json"
require "omniauth"
require "omniauth_openid_connect"
require "rack"
require "rack/handler/webrick"

issuer, id, secret, home = ENV.values_at("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "HOME_URL")
# A link is enough here: what a button would prove is not asked about.
OmniAuth.config.allowed_request_methods = [:get]
OmniAuth.config.silence_get_warning = true
OmniAuth.config.logger = Logger.new($stderr, level: Logger::WARN)

app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: "a secret of this app alone, which signs its cookies and nothing else at all"
  use OmniAuth::Builder do
    # This is all that an operator configures.
    provider :openid_connect, {
      name: :issuer,
      issuer: issuer,
      discovery: true,
      scope: [:openid, :profile, :email],
      client_auth_method: ENV.fetch("METHOD").to_sym,
      client_options: { identifier: id, secret: secret, redirect_uri: "#{home}/auth/issuer/callback" },
    }
  end
  run lambda { |env|
    request = Rack::Request.new(env)
    told = env["omniauth.auth"] || { failure: request.params }
    [env["omniauth.auth"] ? 200 : 500, { "Content-Type" => "application/json" }, [JSON.generate(told)]]
  }
end

address = URI(home)
quiet = { AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::WARN) }
Rack::Handler::WEBrick.run(app.to_app, Host: address.host, Port: address.port, **quiet) do |server|
  trap("TERM") { server.shutdown }
end
