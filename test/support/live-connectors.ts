/** Creates connectors for live runs over the API. */
import { API_KEY } from './loopback-sendgrid';
import { ACCOUNT_SID, AUTH_TOKEN } from './loopback-twilio';

export const TWILIO_CONNECTOR = {
  name: 'Twilio',
  kind: 'twilio',
  sender: { sms: '+15005550006' },
  credentials: { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN },
};

export const SENDGRID_CONNECTOR = {
  name: 'SendGrid',
  kind: 'sendgrid',
  sender: { email: 'codes@bank.example' },
  credentials: { api_key: API_KEY },
};
